package client

// A client may bound what it has under way and not verified, as anacrolix does
// (order.go: GetRequestablePieces, MaxUnverifiedBytes): of the pieces that are
// missing it looks at so many only, those that have blocks first, then the
// rarest, in their order. What is beyond it asks nobody for, whoever has it. Pieces
// that no neighbour has take no room: where they filled it all (order.go asks what
// happens with an availability of 0) nothing would be asked for any more.

// narrow decides anew which pieces may be asked for.
func (p *Peer) narrow() {
	limit := p.set.Unverified
	room := int((limit + p.torrent.PieceLength - 1) / p.torrent.PieceLength)
	if p.narrowed = limit > 0 && p.pieces-p.haveCount > room; !p.narrowed {
		return
	}
	if p.scope == nil {
		p.scope, p.inside = newBitset(p.pieces), newBitset(p.pieces)
	}
	if p.shelved() {
		p.narrowMany(room)
		return
	}
	p.narrowAll(room)
}

// narrowAll looks at all pieces.
func (p *Peer) narrowAll(room int) {
	clear(p.scope)
	for _, x := range p.started {
		s := x.piece
		if s.got > 0 && room > 0 {
			p.scope.set(s.index)
			room--
		}
	}
	p.addRarest(room)
}

// addRarest adds so many missing pieces to the scope. It counts them by their
// copies first.
func (p *Peer) addRarest(room int) {
	clear(p.byCopies)
	for i, n := range p.copies {
		if n == 0 || p.have.has(i) || p.scope.has(i) {
			continue
		}
		for int(n) >= len(p.byCopies) {
			p.byCopies = append(p.byCopies, 0)
		}
		p.byCopies[n]++
	}
	for n := range p.byCopies { // from here on: how many of them are added
		p.byCopies[n] = min(p.byCopies[n], room)
		room -= p.byCopies[n]
	}
	for i, n := range p.copies {
		switch {
		case p.have.has(i) || p.scope.has(i):
		case n == 0: // which takes no room
			p.scope.set(i)
		case p.byCopies[n] > 0:
			p.byCopies[n]--
			p.scope.set(i)
		}
	}
}

// inScope bounds what a neighbour has to what may be asked for.
func (p *Peer) inScope(c *conn, theirs bitset) bitset {
	switch {
	case !p.narrowed:
		return theirs
	case int(c.pieces) == p.pieces:
		return p.scope
	}
	for i := range p.scope {
		p.inside[i] = theirs[i] & p.scope[i]
	}
	return p.inside
}
