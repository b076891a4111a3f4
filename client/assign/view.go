package assign

import (
	"math/rand/v2"
	"time"

	"swarmsim/client/backlog"
	"swarmsim/client/pick"
	"swarmsim/client/pieces"
)

// View is what a strategy sees of the peer. It is read, not changed. What every request reads comes
// first, in one cache line; then what picking a piece reads.
type View struct {
	Now    time.Duration
	Pieces *pieces.Table
	Levels []pieces.Bitset // pieces to start before others: those of the first set before those of the next
	Picker pick.Picker
	Rand   *rand.Rand

	Playhead   func() int // the piece that is being watched; nil where nothing is watched
	PickView   *pick.View // memory for what the picker is shown
	Neighbours Neighbours // in the order in which their connections were established
	Rule       Rule       // in use, for end games
	Missing    int64      // bytes of the content that have not been received, or were received in vain

	// Broadcast says that the end game requests any missing block from every neighbour.
	Broadcast bool

	levelScratch pieces.Bitset // scratch for PickNew
	givenScratch pieces.Bitset // scratch for the exclusive rule
}

// Neighbour is what a strategy sees of an established connection.
type Neighbour struct {
	Slot      int           // see package pieces
	Serial    uint32        // of the connection; see package pieces
	Offers    pieces.Bitset // pieces that it has, would send now, and that are in scope
	Complete  bool          // it has all pieces, and would send any
	Snubbed   bool          // it keeps us waiting for blocks
	Requests  *pieces.Requests
	Pace      *backlog.Pace
	Suggested []uint32 // pieces that it suggested (BEP 6), in order
	History   *History // nil unless the rule is an Owner or the end game has the trait History
}

// History is what few strategies need to know of a neighbour.
type History struct {
	Assigned  []int          // the pieces that an Owner has given to it, in order
	Cancelled []pieces.Block // requests that were withdrawn from it and that it has not answered
	Useful    time.Duration  // when it last sent a block that was missing
}

// Neighbours are all neighbours of the peer.
type Neighbours interface {
	Count() int
	// At returns the i-th neighbour, without Offers and Suggested. It is valid until the next call.
	At(i int) *Neighbour
}

// Rank returns a piece's place in the peer's random order of pieces.
func (v *View) Rank(piece int) uint32 { return v.Pieces.Ranks()[piece] }

// Start makes a piece active for a neighbour and returns it.
func (v *View) Start(piece int, n *Neighbour) *pieces.Active {
	return v.Pieces.Start(piece, n.Serial)
}

// PickNew returns the piece to start with a neighbour, out of those in candidates that it offers:
// one of the first of Levels that has any. Levels hold the pieces of files that the user wants
// first, and the ends of files: a viewer who previews a film needs its index first (Transmission,
// torrent.c: calculatePiecePriority). All leechers therefore fetch the ends first, however common
// they are by then.
func (v *View) PickNew(n *Neighbour, candidates pieces.Bitset) (piece int, ok bool) {
	for _, level := range v.Levels {
		if v.levelScratch == nil {
			v.levelScratch = pieces.NewBitset(v.Pieces.Count())
		}
		for i, w := range level {
			v.levelScratch[i] = w & n.Offers[i]
		}
		if piece, ok := v.pick(n, v.levelScratch, candidates, false); ok {
			return piece, true
		}
	}
	return v.Pick(n, candidates)
}

// Pick returns the piece that the picker names, out of those in candidates that a neighbour
// offers.
func (v *View) Pick(n *Neighbour, candidates pieces.Bitset) (piece int, ok bool) {
	return v.pick(n, n.Offers, candidates, n.Complete)
}

func (v *View) pick(n *Neighbour, offers, candidates pieces.Bitset, all bool) (piece int, ok bool) {
	return v.Picker.Pick(v.pickView(n, offers, candidates, all), v.Rand)
}

// pickView returns what the picker is shown. all says that offers has every piece in scope.
func (v *View) pickView(n *Neighbour, offers, candidates pieces.Bitset, all bool) *pick.View {
	t := v.Pieces
	out := v.PickView
	*out = pick.View{
		Wanted: candidates, PeerHas: offers, Copies: t.Copies(), NumHave: t.HaveCount(), Rank: t.Ranks(),
		NumPieces: t.Count(), Have: t.Have(), PlayPosition: -1, Suggested: n.Suggested,
	}
	if v.Playhead != nil {
		out.PlayPosition = v.Playhead()
	}
	t.AddShortcuts(out, all)
	return out
}

// bestActive returns the active piece with open blocks that a neighbour may send and that comes
// before all others; nil if there is none.
func (v *View) bestActive(n *Neighbour, before func(v *View, a, b *pieces.Entry) bool) *pieces.Entry {
	if v.Pieces.OpenBlocks() == 0 {
		return nil
	}
	var best *pieces.Entry
	parole, list := v.Pieces.HasParole(), v.Pieces.ActiveWithOpen()
	for i := range list {
		e := &list[i]
		if e.Open == 0 || !n.Offers.Has(int(e.Index)) || parole && !e.Piece.MayDownload(n.Serial) {
			continue
		}
		if best == nil || before(v, e, best) {
			best = e
		}
	}
	return best
}

// rarer reports whether a comes before b: by Levels first, then the piece with fewer copies.
func rarer(v *View, a, b *pieces.Entry) bool {
	if x, y := v.level(a.Index), v.level(b.Index); x != y {
		return x < y
	}
	copies := v.Pieces.Copies()
	return copies[a.Index] < copies[b.Index]
}

// rarerOrFirst is rarer; the peer's random order breaks ties.
func rarerOrFirst(v *View, a, b *pieces.Entry) bool {
	if x, y := v.level(a.Index), v.level(b.Index); x != y {
		return x < y
	}
	if copies := v.Pieces.Copies(); copies[a.Index] != copies[b.Index] {
		return copies[a.Index] < copies[b.Index]
	}
	return v.Rank(int(a.Index)) < v.Rank(int(b.Index))
}

// level returns the place in Levels of the first set that has a piece; len(Levels) if none has.
func (v *View) level(piece int32) int {
	for i, set := range v.Levels {
		if set.Has(int(piece)) {
			return i
		}
	}
	return len(v.Levels)
}

// appendFirstOpen appends the first open block of a piece.
func appendFirstOpen(a *pieces.Active, out []Choice) []Choice {
	return append(out, Choice{a, a.NextOpen()})
}
