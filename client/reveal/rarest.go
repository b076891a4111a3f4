package reveal

import (
	"swarmsim/client/pick"
	"swarmsim/client/pieces"
)

// rarest chooses the piece to announce next.
type rarest struct {
	free pieces.Bitset // scratch: the pieces to choose from

	// Of more than pick.IndexThreshold pieces.
	index *pick.Index // all pieces, by copies and neighbours that await them; nil for few pieces
	stale bool        // the index has to be rebuilt
	view  pick.View   // scratch
}

func (r *rarest) init(count int) {
	r.free = pieces.NewBitset(count)
	if count > pick.IndexThreshold {
		r.index, r.stale = pick.NewIndex(count, nil), true
	}
}

// choose returns the piece with the fewest copies out of those that a neighbour lacks, that have
// not been announced to it and that are not in excluded, which may be nil. Neighbours that await a
// piece count as copies. Ties are broken at random.
func (r *rarest) choose(v *View, n *Neighbour, excluded pieces.Bitset, awaiting []int) (piece int, ok bool) {
	for i := range r.free {
		r.free[i] = ^(n.Announced[i] | n.Has[i])
	}
	for i, w := range excluded {
		r.free[i] &^= w
	}
	if r.index == nil {
		return r.scan(v, awaiting)
	}
	if r.stale {
		r.rebuild(v, awaiting)
	}
	r.view = pick.View{Wanted: r.free, PeerHas: r.free, NumPieces: len(awaiting)}
	return r.index.Rarest(&r.view, v.Rand)
}

// scan looks at every piece. It draws at each that is as rare as those before it, so that the
// random numbers differ from those of the index, which draws once.
func (r *rarest) scan(v *View, awaiting []int) (piece int, ok bool) {
	piece, fewest, ties := none, 0, 0
	for i, n := range awaiting {
		if !r.free.Has(i) {
			continue
		}
		copies := int(v.Copies[i]) + n
		if piece == none || copies < fewest {
			piece, fewest, ties = i, copies, 1
		} else if copies == fewest {
			if ties++; v.Rand.IntN(ties) == 0 {
				piece = i
			}
		}
	}
	return piece, piece != none
}

// rebuild sorts all pieces anew.
func (r *rarest) rebuild(v *View, awaiting []int) {
	r.stale = false
	r.index.Clear()
	for i, n := range awaiting {
		r.index.Add(i, int(v.Copies[i])+n)
	}
}

// onChange updates the index: the copies of a piece have changed.
func (r *rarest) onChange(piece, before, now int) {
	if r.index != nil && !r.stale {
		r.index.Move(piece, before, now)
	}
}
