package client

import (
	"math/bits"

	"swarmsim/client/pick"
)

// shelving is what saves looking at many pieces. Those that a picker may name are kept by
// their copies: see pick.Index. That begins with the first pick, so that seeds go without.
// It is made anew where much changes at a time.
type shelving struct {
	index     *pick.Index // nil until it is needed
	stale     bool        // it has to be made anew
	firstWant int         // in no word of wanted before it is a piece
	firstGap  int         // every word of have before it is full
	scoping   *scoping    // see there; nil until it is needed
}

// shelved reports whether there are enough pieces for an index.
func (p *Peer) shelved() bool { return p.shelving != nil }

// index is the index of what may be named, which is up to date; nil where looking at all
// pieces is as good. Shown the pieces that are started, a picker must not see those that
// are on parole with others: then there is none.
func (p *Peer) index() *pick.Index {
	if !p.shelved() || p.set.Sharing == AsPicked && p.paroled {
		return nil
	}
	s := p.shelving
	if s.index == nil {
		s.index, s.stale = pick.NewIndex(p.pieces, p.ranks), true
	}
	if s.stale {
		s.stale = false
		s.index.Clear()
		named := p.wanted
		if p.set.Sharing == AsPicked {
			named = p.choices()
		}
		for i, w := range named {
			for ; w != 0; w &= w - 1 {
				piece := i*64 + bits.TrailingZeros64(w)
				s.index.Add(piece, int(p.copies[piece]))
			}
		}
	}
	return s.index
}

// sorted is the index if it must be told what changes, and nil otherwise.
func (p *Peer) sorted() *pick.Index {
	if s := p.shelving; s != nil && !s.stale {
		return s.index
	}
	return nil
}

// scoping is where the scope is kept up to date; nil where it is not.
func (p *Peer) scoping() *scoping {
	if s := p.shelving; s != nil {
		return s.scoping
	}
	return nil
}

// addCandidate notes that a picker may choose a piece, and removeCandidate that it may
// not.
func (p *Peer) addCandidate(piece int) {
	if !p.shelved() {
		return
	}
	p.shelving.firstWant = min(p.shelving.firstWant, piece>>6)
	if x := p.sorted(); x != nil {
		x.Add(piece, int(p.copies[piece]))
		if p.choice != nil {
			p.choice.set(piece)
		}
	}
	if s := p.scoping(); s.tracks() && p.scope.has(piece) && p.set.Sharing != AsPicked {
		s.inside.Add(piece, int(p.copies[piece]))
	}
}

func (p *Peer) removeCandidate(piece int) {
	if x := p.sorted(); x != nil {
		x.Remove(piece, int(p.copies[piece]))
		if p.choice != nil {
			p.choice.unset(piece)
		}
	}
	if s := p.scoping(); s.tracks() && p.scope.has(piece) && p.set.Sharing != AsPicked {
		s.inside.Remove(piece, int(p.copies[piece]))
	}
}

// oneMore notes that a neighbour more has a piece.
func (p *Peer) oneMore(piece int) {
	p.copies[piece]++
	if p.shelved() {
		p.moved(piece, int(p.copies[piece])-1)
	}
}

// moved notes that a piece had another number of copies before.
func (p *Peer) moved(piece, before int) {
	if x := p.sorted(); x != nil && (p.wanted.has(piece) || p.set.Sharing == AsPicked) {
		x.Move(piece, before, int(p.copies[piece]))
	}
	p.scoping().moved(piece, before, int(p.copies[piece]))
	if o := p.offering; o != nil && !o.stale {
		o.shelves.Move(piece, before+o.held[piece], int(p.copies[piece])+o.held[piece])
	}
}

// recount counts the pieces of a neighbour that has come, or is gone.
func (p *Peer) recount(theirs bitset, pieces int, gone bool) {
	by := uint16(1)
	if gone {
		by = ^uint16(0) // one less
	}
	if pieces == p.pieces {
		for i := range p.copies {
			p.copies[i] += by
		}
		p.allMoved(gone)
		return
	}
	few := p.shelved() && pieces < p.wantedCnt/2
	for i, w := range theirs {
		for ; w != 0; w &= w - 1 {
			piece := i*64 + bits.TrailingZeros64(w)
			p.copies[piece] += by
			if few {
				p.moved(piece, int(p.copies[piece]-by))
			}
		}
	}
	if p.shelved() && !few && pieces > 0 {
		p.shelving.stale = true
		p.scoping().forget()
		if p.offering != nil {
			p.offering.stale = true
		}
	}
}

// allMoved notes that every piece has a copy more, or one fewer.
func (p *Peer) allMoved(gone bool) {
	switch x := p.sorted(); {
	case x == nil:
	case gone:
		x.Fewer()
	default:
		x.More()
	}
	p.scoping().allMoved(gone)
	if p.offering != nil {
		p.offering.stale = true
	}
}

// view is what a picker is shown of a neighbour that offers some pieces, or part of them.
func (p *Peer) view(c *conn, theirs, wanted bitset, part bool) *pick.View {
	v := &p.scratch.view
	*v = pick.View{
		Wanted: wanted, Theirs: theirs, Copies: p.copies, Have: p.haveCount, Rank: p.ranks, Pieces: p.pieces,
		Here: p.have, Play: -1, Swarm: p.cfg.Swarm,
	}
	if p.player != nil {
		v.Play = p.player.piece(p.now)
	}
	if p.suggests {
		v.Suggested = c.stranger.suggested
	}
	if p.shelved() {
		p.shorten(v, c, part)
	}
	return v
}

// shorten adds to a view what saves looking at many pieces.
func (p *Peer) shorten(v *pick.View, c *conn, part bool) {
	s := p.shelving
	v.SwarmIndex = p.cfg.SwarmIndex
	v.Whole = int(c.pieces) == p.pieces && !c.choked && !part
	v.Complete = v.Whole && !p.narrowed
	for s.firstGap < len(p.have) && p.have[s.firstGap] == ^uint64(0) {
		s.firstGap++
	}
	v.FirstGap = min(s.firstGap<<6, p.pieces)
	if x := p.scoping(); p.narrowed && x.tracks() && p.set.Sharing != AsPicked {
		v.Index = x.inside
	} else if v.Index = p.index(); v.Index == nil {
		return
	} else if p.narrowed {
		v.Whole = false
	}
	for s.firstWant < len(v.Wanted)-1 && v.Wanted[s.firstWant] == 0 {
		s.firstWant++
	}
	v.FirstWant = s.firstWant << 6
}
