package storage

// Where a segment of the content is stored, if not in a file, whose index is 0 or more.
const (
	inPadding = -1 // nowhere: it is zeros
	inParts   = -2 // in the parts file
)

// segment is a range of a piece that is stored in one place.
type segment struct {
	file   int   // index of the file, inPadding or inParts
	offset int64 // in the file or the parts file
	length int64
}

// segments appends the places where the bytes from begin to end of a piece are stored. The caller
// holds s.mapping.
func (s *Store) segments(out []segment, piece uint32, begin, end int64) []segment {
	c := &s.content
	start := int64(piece) * c.PieceLength
	at, end := start+begin, start+end
	for i := c.fileAt(at); at < end; i++ {
		if i == len(c.Files) || c.Files[i].Offset >= end {
			return append(out, segment{inPadding, 0, end - at})
		}
		f := &c.Files[i]
		if f.Length == 0 {
			continue
		}
		if f.Offset > at {
			out = append(out, segment{inPadding, 0, f.Offset - at})
			at = f.Offset
		}
		next := min(end, f.Offset+f.Length)
		place := segment{i, at - f.Offset, next - at}
		if !f.stored() {
			place = segment{inPadding, 0, next - at}
		} else if s.files[i].inParts {
			// A piece without a slot is of no wanted file: it was requested before the selection changed.
			if slot, found := s.partsSlot(piece); found {
				place = segment{inParts, slot + at - start, next - at}
			}
		}
		out = append(out, place)
		at = next
	}
	return out
}

// findBoundaries returns the pieces that contain bytes of several stored files, in order. Only these
// can be needed although one of their files is not wanted, so only they have a slot in the parts file.
func findBoundaries(c *Content) []uint32 {
	var out []uint32
	last := int64(-1) // the piece that the file before ends in
	for i := range c.Files {
		f := &c.Files[i]
		if !f.stored() {
			continue
		}
		if first := f.Offset / c.PieceLength; first == last && (len(out) == 0 || out[len(out)-1] != uint32(first)) {
			out = append(out, uint32(first))
		}
		last = (f.Offset + f.Length - 1) / c.PieceLength
	}
	return out
}
