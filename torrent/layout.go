package torrent

import "sort"

// MaxPieces limits the number of pieces: a client keeps state for each. It is twice libtorrent's
// limit.
const MaxPieces = 1 << 22

// Segment is a part of a file.
type Segment struct {
	File   int   // index in Meta.Files
	Offset int64 // in the file
	Length int64 // at least 1
}

// Pieces returns the number of pieces.
func (m *Meta) Pieces() int { return int((m.Length + m.PieceLength - 1) / m.PieceLength) }

// PieceSize returns the number of bytes of a piece, which peers request: PieceLength, but for the last
// piece of the torrent and, for version 2 only, the last piece of each file.
func (m *Meta) PieceSize(piece int) int64 {
	begin := int64(piece) * m.PieceLength
	if m.Version == V2 {
		f := &m.Files[m.fileAt(begin)]
		return min(m.PieceLength, f.Offset+f.Length-begin)
	}
	return min(m.PieceLength, m.Length-begin)
}

// fileAt returns the index of the file that has the byte at an offset from the start of the torrent.
// Files without content have none.
func (m *Meta) fileAt(offset int64) int {
	return sort.Search(len(m.Files), func(i int) bool { return m.Files[i].Offset+m.Files[i].Length > offset })
}

// Segments appends the parts of the files that a range of a piece consists of, in order. The range
// must be in the piece. Parts of padding files are included: their bytes are zeros, and are not
// stored.
func (m *Meta) Segments(out []Segment, piece int, begin, length int64) []Segment {
	at := int64(piece)*m.PieceLength + begin
	for i := m.fileAt(at); length > 0 && i < len(m.Files); i++ {
		f := &m.Files[i]
		if f.Length == 0 {
			continue
		}
		n := min(length, f.Offset+f.Length-at)
		out = append(out, Segment{File: i, Offset: at - f.Offset, Length: n})
		at += n
		length -= n
	}
	return out
}

// FilePieces returns the pieces that have bytes of a file: from first to end-1. A file without content
// has none.
func (m *Meta) FilePieces(file int) (first, end int) {
	f := &m.Files[file]
	first = int(f.Offset / m.PieceLength)
	if f.Length == 0 {
		return first, first
	}
	return first, int((f.Offset+f.Length-1)/m.PieceLength) + 1
}

// Lengths returns the lengths of the files in their order, which add up to Length: for version 2 only
// the gaps between files count as padding files. It is nil for a single file.
func (m *Meta) Lengths() []int64 {
	if m.Single {
		return nil
	}
	out := make([]int64, 0, len(m.Files))
	end := int64(0)
	for i := range m.Files {
		f := &m.Files[i]
		if gap := f.Offset - end; gap > 0 {
			out = append(out, gap)
		}
		out = append(out, f.Length)
		end = f.Offset + f.Length
	}
	return out
}
