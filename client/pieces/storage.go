package pieces

// Storage is memory for a table with few pieces and neighbours. A client that allocates it
// together with the rest of a peer touches fewer pages: see docs/speed.md. A table that needs
// more allocates it elsewhere. The zero value is ready to be used once.
type Storage struct {
	bits   [2 * storageWords]uint64
	copies [64 * storageWords]uint16
	list   [16]Entry
	active [8]Active
	theirs [StorageSlots * storageWords]uint64
}

// StorageSlots is the number of neighbours for which a Storage has room.
const StorageSlots = 44

// storageWords is the number of words of a Bitset for which a Storage has room.
const storageWords = 4

// use has an empty table use the memory of s, as far as that has room.
func (t *Table) use(s *Storage) {
	n := int(t.words)
	if s == nil {
		t.have, t.wanted = NewBitset(t.Count()), NewBitset(t.Count())
		t.copies = make([]uint16, t.Count())
		return
	}
	t.active = s.list[:0]
	t.spare.Add(s.active[:])
	if n > storageWords {
		t.have, t.wanted = NewBitset(t.Count()), NewBitset(t.Count())
		t.copies = make([]uint16, t.Count())
		return
	}
	t.have, t.wanted = s.bits[:n:n], s.bits[storageWords:][:n:n]
	t.copies, t.neighbours = s.copies[:t.Count()], s.theirs[:0]
}
