package client

// Without strict priority the picker is asked for every block, and shown the
// pieces that are started beside those that are not. It shows what strict
// priority is for: pieces that are finished can be passed on (Cohen 2003).

// nextPicked chooses what to ask of a neighbour: the next block of the piece
// that the picker names.
func (p *Peer) nextPicked(c *conn, theirs bitset) (*activePiece, int, bool) {
	if p.openBlocks == 0 && p.wantedCount == 0 {
		return nil, 0, false
	}
	if p.pieceIndex() == nil {
		p.choices()
		for _, x := range p.activeWithOpen() {
			if !x.piece.mayJoin(c) {
				p.choiceScratch.unset(x.piece.index)
			}
		}
	}
	index, ok := p.pickNew(c, theirs, p.choiceScratch)
	if !ok {
		return nil, 0, false
	}
	if s := p.activePiece(index); s != nil {
		return s, s.nextOpen(), true
	}
	return p.startPiece(index, c), 0, true
}

// choices are the pieces that the picker is shown, whoever may join in them.
func (p *Peer) choices() bitset {
	if p.choiceScratch == nil {
		p.choiceScratch = newBitset(p.numPieces)
	}
	copy(p.choiceScratch, p.wanted)
	for _, x := range p.activeWithOpen() {
		if x.piece.open > 0 {
			p.choiceScratch.set(x.piece.index)
		}
	}
	return p.choiceScratch
}
