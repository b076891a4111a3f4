package client

import "swarmsim/client/pick"

// scoping keeps the scope up to date where there are many pieces. Pieces that are missing
// and have no block yet are kept by their copies; those before an edge are in scope, with
// those that have blocks. As little comes in between two looks, the edge moves by little.
type scopeIndex struct {
	bare    *pick.Index // missing pieces that have no block
	inside  *pick.Index // pieces that are wanted and in scope; none where the started ones are shown to pickers too
	edge    pick.Position
	begun   int      // started pieces that have a block
	changed []uint32 // pieces of which something has changed since the last look
	stale   bool     // all has to be made anew
}

// tracks reports whether there is a scope that is kept up to date.
func (s *scopeIndex) tracks() bool { return s != nil && !s.stale }

// moved notes that the copies of a piece have changed from before to now.
func (s *scopeIndex) moved(piece, before, now int) {
	if !s.tracks() {
		return
	}
	s.inside.Move(piece, before, now)
	if s.bare.Has(piece, before) {
		s.bare.Move(piece, before, now)
		s.note(piece)
	}
}

// note notes that something has changed of a piece.
func (s *scopeIndex) note(piece int) {
	s.changed = append(s.changed, uint32(piece))
	if len(s.changed) > mostChanged {
		s.stale = true
	}
}

// mostChanged bounds the changes between two looks; beyond it all is made anew.
const mostChanged = 4096

// allMoved notes that every piece has a copy more, or one fewer.
func (s *scopeIndex) allMoved(gone bool) {
	switch {
	case !s.tracks():
	case gone:
		s.bare.RemoveCopyOfAll()
		s.inside.RemoveCopyOfAll()
		s.edge.Copies = max(0, s.edge.Copies-1)
	default:
		s.bare.AddCopyOfAll()
		s.inside.AddCopyOfAll()
		s.edge.Copies++
	}
}

// forget has all made anew.
func (s *scopeIndex) forget() {
	if s != nil {
		s.stale = true
	}
}

// began notes that the first block of a piece has come.
func (s *scopeIndex) began(x *activePiece, copies int) {
	if !s.tracks() {
		return
	}
	s.begun++
	s.bare.Remove(x.index, copies)
	s.note(x.index)
}

// ended notes that a piece is not started any more.
func (s *scopeIndex) ended(x *activePiece) {
	if !s.tracks() || x.received == 0 {
		return
	}
	s.begun--
	s.note(x.index)
}

// failed notes that nothing of a piece is here any more.
func (s *scopeIndex) failed(piece, copies int) {
	if s.tracks() {
		s.bare.Add(piece, copies)
		s.note(piece)
	}
}

// narrowMany decides which pieces are in scope as narrow does, where there are many.
func (p *Peer) moveScope(room int) {
	s := p.availability.scoping
	if s == nil {
		s = &scopeIndex{bare: pick.NewIndex(p.numPieces, nil), inside: pick.NewIndex(p.numPieces, p.ranks), stale: true}
		p.availability.scoping = s
	}
	if s.stale {
		p.fillBare()
	}
	if s.begun >= room { // there is not even room for those
		s.stale = true
		p.scanScope(room)
		return
	}
	edge := s.bare.Nth(room - s.begun + s.bare.Count(0)) // pieces without a copy take no room
	switch {
	case s.stale:
		p.scopeAnew(edge)
	case s.edge.Before(edge):
		s.bare.EachBetween(s.edge, edge, p.enter)
	default:
		s.bare.EachBetween(edge, s.edge, p.exit)
	}
	s.edge, s.stale = edge, false
	for _, piece := range s.changed {
		p.rescope(int(piece))
	}
	s.changed = s.changed[:0]
}

// fillBare looks for pieces that have no block.
func (p *Peer) fillBare() {
	s := p.scoping()
	s.bare.Clear()
	s.begun, s.changed = 0, s.changed[:0]
	for i := range p.scope { // which serves as the set of those that have
		p.scope[i] = p.have[i]
	}
	for _, x := range p.active {
		if x.piece.received > 0 {
			s.begun++
			p.scope.set(x.piece.index)
		}
	}
	for i := range p.numPieces {
		if !p.scope.has(i) {
			s.bare.Add(i, int(p.copies[i]))
		}
	}
}

// scopeAnew makes the scope of all pieces up to an edge.
func (p *Peer) scopeAnew(edge pick.Position) {
	clear(p.scope)
	p.scoping().inside.Clear()
	for _, x := range p.active {
		if x.piece.received > 0 {
			p.enter(x.piece.index)
		}
	}
	p.scoping().bare.EachBetween(pick.Position{}, edge, p.enter)
}

// enter puts a piece into the scope, and exit takes it out.
func (p *Peer) enter(piece int) {
	if !p.scope.has(piece) {
		p.scope.set(piece)
		if p.wanted.has(piece) && p.set.Assignment != PickerDriven {
			p.scoping().inside.Add(piece, int(p.copies[piece]))
		}
	}
}

func (p *Peer) exit(piece int) {
	if p.scope.has(piece) {
		p.scope.unset(piece)
		if p.wanted.has(piece) && p.set.Assignment != PickerDriven {
			p.scoping().inside.Remove(piece, int(p.copies[piece]))
		}
	}
}

// rescope decides whether a piece is in scope.
func (p *Peer) rescope(piece int) {
	s, copies := p.scoping(), int(p.copies[piece])
	in := !p.have.has(piece)
	if in && s.bare.Has(piece, copies) {
		in = pick.Position{Copies: copies, Piece: piece}.Before(s.edge)
	}
	if in {
		p.enter(piece)
	} else {
		p.exit(piece)
	}
}
