package assign

import (
	"math/bits"
	"slices"

	"swarmsim/client/pieces"
)

var exclusiveEntry = RuleEntry{
	Name:     "exclusive",
	About:    "Give each neighbour pieces that no other neighbour is asked for (aria2).",
	Defaults: noSettings,
	New:      func(any) Rule { return &exclusive{} },
}

// exclusive gives each neighbour pieces of its own, as aria2 does. A piece that its neighbour
// cannot finish is wanted again; then only its rarity counts, not how much of it has been
// received (DefaultPieceStorage: getMissingPiece, cancelPiece). Once no piece is wanted, the end
// game begins for good, if it is a broadcast (DefaultBtInteractive: addRequests): neighbours are
// given any pieces, whoever else has them, and are asked for the missing blocks in random order.
type exclusive struct {
	ending bool
}

func (*exclusive) Traits() Traits { return Traits{Ranks: true, Exclusive: true} }

func (*exclusive) Before(v *View, a, b *pieces.Entry) bool { return rarer(v, a, b) }

// EndGameBegan reports whether the end game has begun.
func (x *exclusive) EndGameBegan() bool { return x.ending }

func (x *exclusive) Next(v *View, n *Neighbour, out []Choice) []Choice {
	t := v.Pieces
	if t.WantedCount() == 0 && v.Broadcast {
		x.ending = true
	}
	if x.ending {
		return x.nextInEndGame(v, n, out)
	}
	for _, piece := range n.History.Assigned {
		if a := t.Find(piece); a != nil && a.Open() > 0 && n.Offers.Has(piece) {
			return first(a, out)
		}
	}
	for {
		piece, ok := v.Pick(n, t.Wanted())
		if !ok {
			return out
		}
		if a := x.give(v, n, piece); a.Open() > 0 { // otherwise another end game has requested all of it
			return first(a, out)
		}
	}
}

// give gives a neighbour a piece, which is new or was put back by another.
func (x *exclusive) give(v *View, n *Neighbour, piece int) *pieces.Active {
	n.History.Assigned = append(n.History.Assigned, piece)
	t := v.Pieces
	a := t.Find(piece)
	switch {
	case a == nil:
		return v.Start(piece, n)
	case t.Wanted().Has(piece):
		t.MarkStarted(piece)
		a.SetOwner(n.Serial)
		t.AssignParole(a, n.Serial)
	}
	return a
}

// nextInEndGame chooses a missing block at random, out of one of the neighbour's pieces after the
// other (DefaultBtRequestFactory: createRequestMessagesOnEndGame).
func (x *exclusive) nextInEndGame(v *View, n *Neighbour, out []Choice) []Choice {
	for _, piece := range n.History.Assigned {
		if a := v.Pieces.Find(piece); a != nil && n.Offers.Has(piece) {
			if i, ok := anyMissing(v, n, a); ok {
				return append(out, Choice{a, i})
			}
		}
	}
	for {
		piece, ok := x.anyPiece(v, n)
		if !ok {
			return out
		}
		a := x.give(v, n, piece)
		if i, ok := anyMissing(v, n, a); ok {
			return append(out, Choice{a, i})
		}
	}
}

// anyMissing draws a block of a piece that is missing and not requested from a neighbour.
func anyMissing(v *View, n *Neighbour, a *pieces.Active) (block int, ok bool) {
	if !a.MayDownload(n.Serial) {
		return 0, false
	}
	seen := 0
	for i := range a.Blocks() {
		if !a.CanRequest(i) || n.Requests.Has(v.Pieces.BlockAt(a.Index(), i)) {
			continue
		}
		if seen++; v.Rand.IntN(seen) == 0 {
			block, ok = i, true
		}
	}
	return block, ok
}

// anyPiece draws a missing piece that a neighbour offers and has not been given yet.
func (x *exclusive) anyPiece(v *View, n *Neighbour) (piece int, ok bool) {
	if v.exclusive == nil {
		v.exclusive = pieces.NewBitset(v.Pieces.Count())
	}
	given := v.exclusive
	clear(given)
	for _, piece := range n.History.Assigned {
		given.Set(piece)
	}
	seen, have := 0, v.Pieces.Have()
	for i, w := range n.Offers {
		for w &^= have[i] | given[i]; w != 0; w &= w - 1 {
			if seen++; v.Rand.IntN(seen) == 0 {
				piece, ok = i*64+bits.TrailingZeros64(w), true
			}
		}
	}
	return piece, ok
}

// Release has the pieces of a neighbour wanted again, except those in keep.
func (x *exclusive) Release(v *View, n *Neighbour, keep []uint32) {
	kept := n.History.Assigned[:0]
	for _, piece := range n.History.Assigned {
		a := v.Pieces.Find(piece)
		switch {
		case slices.Contains(keep, uint32(piece)):
			kept = append(kept, piece)
		case a != nil && a.Owner() == n.Serial:
			a.SetOwner(0)
			if !x.ending {
				v.Pieces.MarkWanted(piece)
			}
		}
	}
	n.History.Assigned = kept
}

// Forget removes a piece from those of a neighbour.
func (*exclusive) Forget(n *Neighbour, piece int) {
	if i := slices.Index(n.History.Assigned, piece); i >= 0 {
		n.History.Assigned = slices.Delete(n.History.Assigned, i, i+1)
	}
}
