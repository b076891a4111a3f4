package assign

import "swarmsim/client/pieces"

// Rule chooses blocks that are requested from no neighbour yet (an Owner in its end game: any missing
// ones). A rule belongs to one peer and may keep state.
type Rule interface {
	// Next appends to out the blocks to request from n next: one, or several that belong
	// together. Every block must be open, that is, neither received nor requested, belong to a
	// piece in n.Offers that n may send (Active.MayDownload), and appear once. Next returns out
	// unchanged if there is no such block. An Owner whose end game has begun may choose any
	// missing block of such a piece, if that block has not been requested from n yet.
	Next(v *View, n *Neighbour, out []Choice) []Choice

	// Before reports whether to continue the active piece a rather than b. End games ask it.
	Before(v *View, a, b *pieces.Entry) bool

	// Traits returns what the client has to provide for the rule. It is constant.
	Traits() Traits
}

// Choice is a block of an active piece.
type Choice struct {
	Piece *pieces.Active
	Block int // its place in the piece
}

// Traits are what an assignment rule needs.
type Traits struct {
	// Ranks says that the rule breaks ties by a random order of the pieces, View.Rank.
	Ranks bool
	// Pace says that the rule reads Neighbour.Pace, which costs a little work a block.
	Pace bool
	// PickActive says that pickers may name active pieces that have open blocks, beside wanted ones
	// (see package pieces).
	PickActive bool
	// Exclusive says that an open block of an active piece may be requested from one neighbour only, so
	// that end games begin while there are open blocks.
	Exclusive bool
	// Abandon says that a piece of which nothing was received and nothing is requested is
	// wanted like any other, as if it had not been started.
	Abandon bool
	// ReturnReserved says that requests that are still to be sent are given to others when the
	// neighbour chokes and the requests that were sent remain valid (BEP 6).
	ReturnReserved bool
}

// Owner is a Rule that reserves whole pieces for neighbours, and so is told when to take them back.
type Owner interface {
	Rule
	// Release takes back the pieces of a neighbour that will not send them, except those in
	// keep.
	Release(v *View, n *Neighbour, keep []uint32)
	// Forget removes from a neighbour a piece that is active no longer.
	Forget(n *Neighbour, piece int)
	// EndGameBegan reports whether the rule has begun an end game of its own, which backlog rules
	// are told.
	EndGameBegan() bool
}
