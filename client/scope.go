package client

// A client may bound what it has under way and not verified, as anacrolix does
// (order.go: GetRequestablePieces, MaxUnverifiedBytes): of the pieces that are
// missing it looks at so many only, those that have blocks first, then the
// rarest, in their order. What is beyond it asks nobody for, whoever has it. Pieces
// that no neighbour has take no room: where they filled it all (order.go asks what
// happens with an availability of 0) nothing would be asked for any more.

// narrow decides anew which pieces may be asked for.
func (p *Peer) updateScope() {
	limit := p.set.MaxUnverified
	room := int((limit + p.torrent.PieceLength - 1) / p.torrent.PieceLength)
	if p.scopeLimited = limit > 0 && p.numPieces-p.haveCount > room; !p.scopeLimited {
		return
	}
	if p.scope == nil {
		p.scope, p.scopeScratch = newBitset(p.numPieces), newBitset(p.numPieces)
	}
	if p.hasIndex() {
		p.moveScope(room)
		return
	}
	p.scanScope(room)
}

// narrowAll looks at all pieces.
func (p *Peer) scanScope(room int) {
	clear(p.scope)
	for _, x := range p.active {
		s := x.piece
		if s.received > 0 && room > 0 {
			p.scope.set(s.index)
			room--
		}
	}
	p.addRarestToScope(room)
}

// addRarest adds so many missing pieces to the scope. It counts them by their
// copies first.
func (p *Peer) addRarestToScope(room int) {
	clear(p.countsScratch)
	for i, n := range p.copies {
		if n == 0 || p.have.has(i) || p.scope.has(i) {
			continue
		}
		for int(n) >= len(p.countsScratch) {
			p.countsScratch = append(p.countsScratch, 0)
		}
		p.countsScratch[n]++
	}
	for n := range p.countsScratch { // from here on: how many of them are added
		p.countsScratch[n] = min(p.countsScratch[n], room)
		room -= p.countsScratch[n]
	}
	for i, n := range p.copies {
		switch {
		case p.have.has(i) || p.scope.has(i):
		case n == 0: // which takes no room
			p.scope.set(i)
		case p.countsScratch[n] > 0:
			p.countsScratch[n]--
			p.scope.set(i)
		}
	}
}

// inScope bounds what a neighbour has to what may be asked for.
func (p *Peer) requestable(c *conn, theirs bitset) bitset {
	switch {
	case !p.scopeLimited:
		return theirs
	case int(c.haveCount) == p.numPieces:
		return p.scope
	}
	for i := range p.scope {
		p.scopeScratch[i] = theirs[i] & p.scope[i]
	}
	return p.scopeScratch
}
