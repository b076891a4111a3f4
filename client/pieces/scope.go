package pieces

// A peer may limit the content that is under way and not verified, as anacrolix/torrent does
// (order.go: GetRequestablePieces, MaxUnverifiedBytes). The pieces in scope may be requested:
// those that have blocks first, then the rarest ones in the order of their numbers, until the
// limit is reached. Pieces that no neighbour has do not count: if they filled the limit (order.go
// asks what happens with an availability of 0) nothing would be requested any more.

// scope is the set of pieces that may be requested.
type scope struct {
	set     Bitset
	scratch Bitset      // what RequestableFrom returns
	counts  []int       // scratch for addRarest
	index   *scopeIndex // of many pieces; nil otherwise, and until it is needed
}

// LimitUnverified limits the missing pieces in scope to a number of bytes, rounded up to whole
// pieces; 0 puts all of them in scope.
func (t *Table) LimitUnverified(bytes int64) {
	limit := int((bytes + t.layout.PieceLength - 1) / t.layout.PieceLength)
	if t.scopeLimited = bytes > 0 && t.LackingCount() > limit; !t.scopeLimited {
		return
	}
	if t.scope == nil {
		t.scope = &scope{set: NewBitset(t.Count()), scratch: NewBitset(t.Count())}
	}
	if t.availability != nil {
		t.moveScope(limit)
	} else {
		t.scanScope(limit)
	}
}

// RequestableFrom returns the pieces of the neighbour in a slot that are in scope. complete says
// that it has all pieces. The set is valid until the next call.
func (t *Table) RequestableFrom(slot int, complete bool) Bitset {
	theirs := t.Neighbour(slot)
	switch {
	case !t.scopeLimited:
		return theirs
	case complete:
		return t.scope.set
	}
	for i := range theirs {
		t.scope.scratch[i] = theirs[i] & t.scope.set[i]
	}
	return t.scope.scratch
}

// scanScope decides which pieces are in scope by looking at all of them.
func (t *Table) scanScope(limit int) {
	clear(t.scope.set)
	for _, e := range t.active {
		if e.Piece.received > 0 && limit > 0 {
			t.scope.set.Set(e.Piece.index)
			limit--
		}
	}
	t.addRarest(limit)
}

// addRarest adds the limit rarest missing pieces to the scope, after counting how many pieces
// have each number of copies.
func (t *Table) addRarest(limit int) {
	s := t.scope
	clear(s.counts)
	for i, n := range t.copies {
		if n == 0 || !t.Lacks(i) || s.set.Has(i) {
			continue
		}
		for int(n) >= len(s.counts) {
			s.counts = append(s.counts, 0)
		}
		s.counts[n]++
	}
	for n := range s.counts { // from here on, how many of them are added
		s.counts[n] = min(s.counts[n], limit)
		limit -= s.counts[n]
	}
	for i, n := range t.copies {
		switch {
		case !t.Lacks(i) || s.set.Has(i):
		case n == 0: // does not count
			s.set.Set(i)
		case s.counts[n] > 0:
			s.counts[n]--
			s.set.Set(i)
		}
	}
}
