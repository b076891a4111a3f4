package client

import (
	"swarmsim/client/pieces"
	"swarmsim/client/reveal"
)

// gradualReveal is the state of a seed that does not announce all its pieces yet.
type gradualReveal struct {
	strategy      reveal.Strategy
	view          reveal.View
	announcements []reveal.Announcement // scratch
}

// revealState is the part of gradualReveal that concerns one neighbour.
type revealState struct {
	announced pieces.Bitset // pieces that have been announced to it
	// lostInterest says that its NOT INTERESTED takes effect at the next choke round.
	lostInterest bool
}

// revealNeighbours are the neighbours as a reveal strategy sees them.
type revealNeighbours struct{ *Peer }

func (n revealNeighbours) Count() int { return len(n.established) }

func (n revealNeighbours) ID(i int) int { return int(n.established[i]) }

func (n revealNeighbours) Get(id int) reveal.Neighbour {
	c := &n.conns[id]
	return reveal.Neighbour{
		Has:            n.pieces.Neighbour(id),
		Announced:      c.cold.reveal.announced,
		Unchoked:       !c.amChoking,
		ChokeChangedAt: c.chokeChange,
		Uploading:      c.uploads.len() > 0 || c.sendQueued > 0,
	}
}

// initReveal has a seed announce its pieces as the reveal strategy decides.
func (p *Peer) initReveal() {
	s := p.cfg.Reveal
	if s == nil || !p.Complete() {
		return
	}
	r := &gradualReveal{strategy: s, view: reveal.View{
		Layout: p.pieces.Layout(), Copies: p.pieces.Copies(), Neighbours: revealNeighbours{p},
		SnubTimeout: p.settings.Requests.SnubTimeout, Rand: p.cfg.Rand,
	}}
	if _, all := s.On(&r.view, reveal.Event{Kind: reveal.Begin}, nil); all {
		return
	}
	p.reveal = r
	if w, ok := s.(pieces.CopiesWatcher); ok {
		p.pieces.WatchCopies(w)
	}
}

// onRevealEvent hands an event to the reveal strategy and sends the announcements that it returns.
func (p *Peer) onRevealEvent(e reveal.Event) {
	r := p.reveal
	r.view.Now = p.now
	announcements, all := r.strategy.On(&r.view, e, r.announcements[:0])
	r.announcements = announcements
	for _, a := range announcements {
		id := ConnID(a.Neighbour)
		p.conns[id].cold.reveal.announced.Set(a.Piece)
		p.send(id, Have).Index = uint32(a.Piece)
	}
	if all {
		p.revealAll()
	}
}

// revealAll announces all pieces to all neighbours. From now on the peer is a seed like any other.
func (p *Peer) revealAll() {
	p.applyLostInterest()
	p.reveal = nil
	p.pieces.WatchCopies(nil)
	for _, id := range p.established {
		s := p.conns[id].cold
		for i := range p.pieces.Count() {
			if !s.reveal.announced.Has(i) && !p.pieces.NeighbourHas(int(id), i) {
				p.send(id, Have).Index = uint32(i)
			}
		}
		s.reveal = nil
	}
}

// revealTo begins to announce pieces to a neighbour.
func (p *Peer) revealTo(id ConnID) {
	p.conns[id].cold.reveal = &revealState{announced: pieces.NewBitset(p.pieces.Count())}
	p.onRevealEvent(reveal.Event{Kind: reveal.Joined, Neighbour: int(id)})
}

// isAnnounced reports whether a neighbour may request a piece: we have it and have announced
// it to the neighbour.
func (p *Peer) isAnnounced(id ConnID, piece int) bool {
	return p.pieces.Has(piece) && (p.reveal == nil || p.conns[id].cold.reveal.announced.Has(piece))
}

// keepsSlotUntilRound reports whether a neighbour's NOT INTERESTED is out of date: it crossed the
// HAVE of a piece that the neighbour lacks. The neighbour keeps its slot until the next round. A
// choke now would cross its requests for that piece; unchoked again, it would request the blocks
// again and receive each twice.
func (p *Peer) keepsSlotUntilRound(id ConnID, interested bool) bool {
	c := &p.conns[id]
	piece, ok := p.reveal.strategy.Awaited(int(id))
	lost := !interested && c.peerInterested && ok && !p.pieces.NeighbourHas(int(id), piece)
	c.cold.reveal.lostInterest = lost
	return lost
}

// applyLostInterest notes that neighbours that sent NOT INTERESTED, and no INTERESTED since, are
// not interested.
func (p *Peer) applyLostInterest() {
	for _, id := range p.established {
		c := &p.conns[id]
		if s := c.cold.reveal; s.lostInterest {
			s.lostInterest, c.peerInterested = false, false
		}
	}
}
