package assign

import "time"

// EndGame chooses blocks that are already requested from other neighbours, for a neighbour for
// which the assignment rule has none. An end game belongs to one peer and may keep state.
type EndGame interface {
	// Next returns a block to request from n as well. n could be sent want more requests. It
	// returns false if n is to wait. The block must be missing, of an active piece in n.Offers
	// that n may download.
	Next(v *View, n *Neighbour, want int) (Duplicate, bool)

	// Traits returns what the client has to provide for the end game. It is constant.
	Traits() EndGameTraits
}

// Duplicate is a block that is requested from one more neighbour.
type Duplicate struct {
	Choice
	From int // slot of the neighbour whose request for it is withdrawn; NoSlot for none
}

// NoSlot stands for no neighbour.
const NoSlot = -1

// EndGameTraits are what an end game needs.
type EndGameTraits struct {
	// Broadcast says that it requests any missing block from every neighbour.
	Broadcast bool
	// History says that the end game reads Neighbour.History, which costs a cache line a request.
	History bool
	// RetryAfter is when a neighbour for which there were too few blocks, and which is idle, is
	// considered again after its last request; 0 for not.
	RetryAfter time.Duration
}

// allRequested reports whether there is no block that could be requested for the first time.
func allRequested(v *View) bool {
	t := v.Pieces
	return t.WantedCount() == 0 && (t.OpenBlocks() == 0 || v.Rule.Traits().Exclusive)
}

// endGameOff never requests a block twice.
type endGameOff struct{}

var endGameOffEntry = EndGameEntry{
	Name:     "off",
	About:    "Request no block twice.",
	Defaults: noSettings,
	New:      func(any) EndGame { return endGameOff{} },
}

func (endGameOff) Traits() EndGameTraits { return EndGameTraits{} }

func (endGameOff) Next(*View, *Neighbour, int) (d Duplicate, ok bool) { return d, false }
