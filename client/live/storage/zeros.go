package storage

import "bytes"

// minHole is how many zeros in a row become a hole in a file, so that sparse files stay sparse. A smaller
// hole would cost a system call and save little.
const minHole = 64 << 10

var zeros [BlockSize]byte

// isZero reports whether a block is all zeros. For other data, one comparison is usually enough.
func isZero(data []byte) bool { return data[0] == 0 && bytes.Equal(data, zeros[:len(data)]) }

// runOf returns the end of a run of blocks, which begins at from: the blocks follow one another, and are
// all zeros or none is.
func runOf(blocks []block, from int) (to int, zero bool) {
	zero = isZero(blocks[from].data)
	for to = from + 1; to < len(blocks); to++ {
		if int64(blocks[to].begin) != blocks[to-1].end() || isZero(blocks[to].data) != zero {
			break
		}
	}
	return to, zero && blocks[to-1].end()-int64(blocks[from].begin) >= minHole
}

// makeHole makes a range of a file zeros that take no disk space. It returns false if the file system
// cannot; then the range may have any content.
func makeHole(f diskFile, offset, length int64) bool {
	if f.punch(offset, length) != nil {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Size() >= offset+length {
		return err == nil
	}
	// Not Truncate: another worker may have made the file longer meanwhile.
	_, err = f.WriteAt(zeros[:1], offset+length-1)
	return err == nil
}
