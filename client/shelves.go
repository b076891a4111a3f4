package client

import (
	"math/bits"

	"swarmsim/client/pick"
)

// shelving is what saves looking at many pieces. Those that a picker may name are kept by
// their copies: see pick.Index. That begins with the first pick, so that seeds go without.
// It is made anew where much changes at a time.
type availability struct {
	index     *pick.Index // nil until it is needed
	stale     bool        // it has to be made anew
	firstWant int         // in no word of wanted before it is a piece
	firstGap  int         // every word of have before it is full
	scoping   *scopeIndex // see there; nil until it is needed
}

// shelved reports whether there are enough pieces for an index.
func (p *Peer) hasIndex() bool { return p.availability != nil }

// index is the index of what may be named, which is up to date; nil where looking at all
// pieces is as good. Shown the pieces that are started, a picker must not see those that
// are on parole with others: then there is none.
func (p *Peer) pieceIndex() *pick.Index {
	if !p.hasIndex() || p.set.Assignment == PickerDriven && p.hasParole {
		return nil
	}
	s := p.availability
	if s.index == nil {
		s.index, s.stale = pick.NewIndex(p.numPieces, p.ranks), true
	}
	if s.stale {
		s.stale = false
		s.index.Clear()
		named := p.wanted
		if p.set.Assignment == PickerDriven {
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
func (p *Peer) liveIndex() *pick.Index {
	if s := p.availability; s != nil && !s.stale {
		return s.index
	}
	return nil
}

// scoping is where the scope is kept up to date; nil where it is not.
func (p *Peer) scoping() *scopeIndex {
	if s := p.availability; s != nil {
		return s.scoping
	}
	return nil
}

// addCandidate notes that a picker may choose a piece, and removeCandidate that it may
// not.
func (p *Peer) addCandidate(piece int) {
	if !p.hasIndex() {
		return
	}
	p.availability.firstWant = min(p.availability.firstWant, piece>>6)
	if x := p.liveIndex(); x != nil {
		x.Add(piece, int(p.copies[piece]))
		if p.choiceScratch != nil {
			p.choiceScratch.set(piece)
		}
	}
	if s := p.scoping(); s.tracks() && p.scope.has(piece) && p.set.Assignment != PickerDriven {
		s.inside.Add(piece, int(p.copies[piece]))
	}
}

func (p *Peer) removeCandidate(piece int) {
	if x := p.liveIndex(); x != nil {
		x.Remove(piece, int(p.copies[piece]))
		if p.choiceScratch != nil {
			p.choiceScratch.unset(piece)
		}
	}
	if s := p.scoping(); s.tracks() && p.scope.has(piece) && p.set.Assignment != PickerDriven {
		s.inside.Remove(piece, int(p.copies[piece]))
	}
}

// oneMore notes that a neighbour more has a piece.
func (p *Peer) addCopy(piece int) {
	p.copies[piece]++
	if p.hasIndex() {
		p.onCopiesChanged(piece, int(p.copies[piece])-1)
	}
}

// moved notes that a piece had another number of copies before.
func (p *Peer) onCopiesChanged(piece, before int) {
	if x := p.liveIndex(); x != nil && (p.wanted.has(piece) || p.set.Assignment == PickerDriven) {
		x.Move(piece, before, int(p.copies[piece]))
	}
	p.scoping().moved(piece, before, int(p.copies[piece]))
	if o := p.offering; o != nil && !o.stale {
		o.index.Move(piece, before+o.revealedTo[piece], int(p.copies[piece])+o.revealedTo[piece])
	}
}

// recount counts the pieces of a neighbour that has come, or is gone.
func (p *Peer) addCopiesOf(theirs bitset, pieces int, gone bool) {
	by := uint16(1)
	if gone {
		by = ^uint16(0) // one less
	}
	if pieces == p.numPieces {
		for i := range p.copies {
			p.copies[i] += by
		}
		p.onAllCopiesChanged(gone)
		return
	}
	few := p.hasIndex() && pieces < p.wantedCount/2
	for i, w := range theirs {
		for ; w != 0; w &= w - 1 {
			piece := i*64 + bits.TrailingZeros64(w)
			p.copies[piece] += by
			if few {
				p.onCopiesChanged(piece, int(p.copies[piece]-by))
			}
		}
	}
	if p.hasIndex() && !few && pieces > 0 {
		p.availability.stale = true
		p.scoping().forget()
		if p.offering != nil {
			p.offering.stale = true
		}
	}
}

// allMoved notes that every piece has a copy more, or one fewer.
func (p *Peer) onAllCopiesChanged(gone bool) {
	switch x := p.liveIndex(); {
	case x == nil:
	case gone:
		x.RemoveCopyOfAll()
	default:
		x.AddCopyOfAll()
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
		Wanted: wanted, PeerHas: theirs, Copies: p.copies, NumHave: p.haveCount, Rank: p.ranks, NumPieces: p.numPieces,
		Have: p.have, PlayPosition: -1, SwarmCopies: p.cfg.Swarm,
	}
	if p.player != nil {
		v.PlayPosition = p.player.piece(p.now)
	}
	if p.gotSuggestions {
		v.Suggested = c.cold.suggested
	}
	if p.hasIndex() {
		p.addShortcuts(v, c, part)
	}
	return v
}

// shorten adds to a view what saves looking at many pieces.
func (p *Peer) addShortcuts(v *pick.View, c *conn, part bool) {
	s := p.availability
	v.SwarmIndex = p.cfg.SwarmIndex
	v.PeerHasIndexed = int(c.haveCount) == p.numPieces && !c.peerChoking && !part
	v.PeerIsSeed = v.PeerHasIndexed && !p.scopeLimited
	for s.firstGap < len(p.have) && p.have[s.firstGap] == ^uint64(0) {
		s.firstGap++
	}
	v.FirstMissing = min(s.firstGap<<6, p.numPieces)
	if x := p.scoping(); p.scopeLimited && x.tracks() && p.set.Assignment != PickerDriven {
		v.Index = x.inside
	} else if v.Index = p.pieceIndex(); v.Index == nil {
		return
	} else if p.scopeLimited {
		v.PeerHasIndexed = false
	}
	for s.firstWant < len(v.Wanted)-1 && v.Wanted[s.firstWant] == 0 {
		s.firstWant++
	}
	v.FirstWanted = s.firstWant << 6
}
