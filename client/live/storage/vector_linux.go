package storage

import (
	"errors"
	"io"
	"runtime"

	"golang.org/x/sys/unix"
)

// maxVector is the number of parts that one call takes: less than the kernel's limit, UIO_MAXIOV.
const maxVector = 512

func (f osFile) writeVector(parts [][]byte, offset int64) error {
	return f.transfer(parts, offset, unix.Pwritev, io.ErrShortWrite)
}

func (f osFile) readVector(parts [][]byte, offset int64) error {
	return f.transfer(parts, offset, unix.Preadv, io.ErrUnexpectedEOF)
}

// transfer calls a vectored system call until all parts are done. Calls that return early are
// usual: at a disk that fills up, the next call says why.
func (f osFile) transfer(parts [][]byte, offset int64, call func(int, [][]byte, int64) (int, error), ended error) error {
	defer runtime.KeepAlive(f.File)
	fd := int(f.Fd())
	skip := 0 // bytes of the first part that are done
	for len(parts) > 0 {
		batch := parts[:min(len(parts), maxVector)]
		if skip > 0 {
			batch = append([][]byte{batch[0][skip:]}, batch[1:]...)
		}
		n, err := call(fd, batch, offset)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return err
		case n == 0:
			return ended
		}
		offset += int64(n)
		for n += skip; len(parts) > 0 && n >= len(parts[0]); parts = parts[1:] {
			n -= len(parts[0])
		}
		skip = n
	}
	return nil
}

func (f osFile) punch(offset, length int64) error {
	err := unix.Fallocate(int(f.Fd()), unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, offset, length)
	runtime.KeepAlive(f.File)
	return err
}

func (f osFile) allocate(length int64) error {
	err := unix.Fallocate(int(f.Fd()), 0, 0, length)
	runtime.KeepAlive(f.File)
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.ENOSYS) {
		return nil
	}
	return err
}
