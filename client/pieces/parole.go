package pieces

// A sender of corrupt blocks is found by parole, as in libtorrent: a piece that fails and came
// from several senders is suspect and is downloaded again from one neighbour alone. A piece that
// fails and came from a single sender proves that this sender is at fault, so that no peer is
// banned for what another sent.

// FailedBy returns the connection that sent all blocks of a piece whose hash does not match. It
// returns false if there were several.
func (a *Active) FailedBy() (serial uint32, single bool) {
	senders := a.senders()[:a.blocks]
	for _, s := range senders[1:] {
		if s != senders[0] {
			return 0, false
		}
	}
	return senders[0], true
}

// Suspect has a piece downloaded from one neighbour alone the next time it is started.
func (t *Table) Suspect(piece int) {
	if t.suspects == nil {
		t.suspects = NewBitset(t.Count())
	}
	t.suspects.Set(piece)
}

// Clear ends the suspicion against a piece.
func (t *Table) Clear(piece int) {
	if t.suspects != nil {
		t.suspects.Unset(piece)
	}
}

// AssignParole puts a, if it is suspect, on parole with a connection: no other may send it.
func (t *Table) AssignParole(a *Active, serial uint32) {
	if t.suspects != nil && t.suspects.Has(a.index) {
		a.parole, t.parole = serial, true
	}
}

// HasParole reports whether a piece is, or has been, on parole.
func (t *Table) HasParole() bool { return t.parole }

// EndParole allows other neighbours to continue the pieces on parole with a connection that is
// gone or will not finish them. It reports whether there are blocks to request because of it.
func (t *Table) EndParole(serial uint32) (opened bool) {
	if !t.parole {
		return false
	}
	for _, e := range t.active {
		if a := e.Piece; a.parole == serial {
			a.parole = 0
			opened = opened || a.open > 0
		}
	}
	return opened
}
