package client

// Without strict priority the picker is asked for every block, and shown the
// pieces that are started beside those that are not. It shows what strict
// priority is for: pieces that are finished can be passed on (Cohen 2003).

// nextPicked chooses what to ask of a neighbour: the next block of the piece
// that the picker names.
func (p *Peer) nextPicked(c *conn, theirs bitset) (*piece, int, bool) {
	if p.open == 0 && p.wantedCnt == 0 {
		return nil, 0, false
	}
	if p.index() == nil {
		p.choices()
		for _, x := range p.withOpen() {
			if !x.piece.mayJoin(c) {
				p.choice.unset(x.piece.index)
			}
		}
	}
	index, ok := p.pickNew(c, theirs, p.choice)
	if !ok {
		return nil, 0, false
	}
	if s := p.startedPiece(index); s != nil {
		return s, s.nextOpen(), true
	}
	return p.start(index, c), 0, true
}

// choices are the pieces that the picker is shown, whoever may join in them.
func (p *Peer) choices() bitset {
	if p.choice == nil {
		p.choice = newBitset(p.pieces)
	}
	copy(p.choice, p.wanted)
	for _, x := range p.withOpen() {
		if x.piece.open > 0 {
			p.choice.set(x.piece.index)
		}
	}
	return p.choice
}
