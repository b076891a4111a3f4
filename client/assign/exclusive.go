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
// cannot finish goes back to the wanted ones and is picked like a piece that has not been started,
// however many of its blocks have been received (DefaultPieceStorage: getMissingPiece, cancelPiece).
// If the end game is a broadcast, it begins once no piece is wanted, and does not end
// (DefaultBtInteractive: addRequests): a neighbour may then be given any missing piece, even one that
// others have been given, and is asked for its missing blocks in random order.
type exclusive struct {
	inEndGame bool
}

func (*exclusive) Traits() Traits { return Traits{Ranks: true, Exclusive: true} }

func (*exclusive) Before(v *View, a, b *pieces.Entry) bool { return rarer(v, a, b) }

// EndGameBegan reports whether the rule's own end game has begun.
func (x *exclusive) EndGameBegan() bool { return x.inEndGame }

func (x *exclusive) Next(v *View, n *Neighbour, out []Choice) []Choice {
	t := v.Pieces
	if t.WantedCount() == 0 && v.Broadcast {
		x.inEndGame = true
	}
	if x.inEndGame {
		return x.nextInEndGame(v, n, out)
	}
	for _, piece := range n.History.Assigned {
		if a := t.Find(piece); a != nil && a.Open() > 0 && n.Offers.Has(piece) {
			return appendFirstOpen(a, out)
		}
	}
	for {
		piece, ok := v.PickNew(n, t.Wanted())
		if !ok {
			return out
		}
		if a := x.assignPiece(v, n, piece); a.Open() > 0 { // otherwise the end game has already requested every block of it
			return appendFirstOpen(a, out)
		}
	}
}

// assignPiece gives a neighbour a piece: it starts the piece, takes over one that was put back or, in
// the end game, shares an active one.
func (x *exclusive) assignPiece(v *View, n *Neighbour, piece int) *pieces.Active {
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

// nextInEndGame chooses a random missing block of the first of the neighbour's pieces that has one, and
// gives the neighbour another piece if none has (DefaultBtRequestFactory:
// createRequestMessagesOnEndGame).
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
		a := x.assignPiece(v, n, piece)
		if i, ok := anyMissing(v, n, a); ok {
			return append(out, Choice{a, i})
		}
	}
}

// anyMissing draws a missing block of a piece that n has not been asked for.
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
	if v.givenScratch == nil {
		v.givenScratch = pieces.NewBitset(v.Pieces.Count())
	}
	given := v.givenScratch
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

// Release takes back the pieces that a neighbour owns, except those in keep. Before the end game they
// become wanted again.
func (x *exclusive) Release(v *View, n *Neighbour, keep []uint32) {
	kept := n.History.Assigned[:0]
	for _, piece := range n.History.Assigned {
		a := v.Pieces.Find(piece)
		switch {
		case slices.Contains(keep, uint32(piece)):
			kept = append(kept, piece)
		case a != nil && a.Owner() == n.Serial:
			a.SetOwner(0)
			if !x.inEndGame {
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
