package storage

import (
	"slices"

	"swarmsim/torrent"
)

// Places of a segment that is not in a file. They are values of torrent.Segment.File.
const (
	inPadding = -1 // nowhere: it is zeros
	inParts   = -2 // the parts file
)

// segments appends the places where the bytes from begin to end of a piece are stored. The caller holds
// s.mapping.
func (s *Store) segments(out []torrent.Segment, piece uint32, begin, end int64) []torrent.Segment {
	first := len(out)
	out = s.meta.Segments(out, int(piece), begin, end-begin)
	at := begin
	for i := first; i < len(out); i++ {
		seg := &out[i]
		length := seg.Length
		if !isStored(&s.meta.Files[seg.File]) {
			*seg = torrent.Segment{File: inPadding, Length: length}
		} else if s.files[seg.File].inParts {
			// A piece without a slot is of no wanted file: it was requested before the selection changed.
			if slot, found := s.partsSlot(piece); found {
				*seg = torrent.Segment{File: inParts, Offset: slot + at, Length: length}
			}
		}
		at += length
	}
	return out
}

// partsSlot returns where a piece is in the parts file, which has a slot for each piece that several
// files share.
func (s *Store) partsSlot(piece uint32) (offset int64, found bool) {
	i, found := slices.BinarySearch(s.shared, piece)
	return int64(i) * s.meta.PieceLength, found
}

// sharedPieces returns the pieces that have bytes of several stored files, in order. Only these can be
// needed although one of their files is not wanted.
func sharedPieces(m *torrent.Meta) []uint32 {
	var out []uint32
	last := -1 // the piece that the file before ends in
	for i := range m.Files {
		if !isStored(&m.Files[i]) {
			continue
		}
		first, end := m.FilePieces(i)
		if first == last && (len(out) == 0 || out[len(out)-1] != uint32(first)) {
			out = append(out, uint32(first))
		}
		last = end - 1
	}
	return out
}
