package assign

import (
	"time"

	"swarmsim/client/pieces"
)

var strictEndGameEntry = EndGameEntry{
	Name:     "strict",
	About:    "Once every piece is active, ask an idle neighbour for a random block that others are asked for (libtorrent).",
	Defaults: noSettings,
	New:      func(any) EndGame { return strictEndGame{} },
}

// strictEndGame is libtorrent's strict_end_game_mode. A neighbour for which there are too few
// blocks is sent more requests only when it has answered all. If every piece is active then, it is
// asked for one random block of a random piece that is requested in full
// (request_blocks.cpp: request_a_block; piece_picker.cpp: pick_pieces).
type strictEndGame struct{}

// retryShort is how long ago the last request to a neighbour must be that is idle and for which
// there were too few blocks (peer_connection.cpp: second_tick).
const retryShort = 5 * time.Second

func (strictEndGame) Traits() EndGameTraits { return EndGameTraits{RetryAfter: retryShort} }

func (strictEndGame) Next(v *View, n *Neighbour, _ int) (d Duplicate, ok bool) {
	if v.Pieces.WantedCount() > 0 || n.Requests.Len() > 0 {
		return d, false
	}
	var chosen *pieces.Active
	seen := 0
	for _, e := range v.Pieces.Active() {
		a := e.Piece
		if a.Open() > 0 || a.Received() == a.Blocks() || !n.Offers.Has(a.Index()) || !a.MayDownload(n.Serial) {
			continue
		}
		if seen++; v.Rand.IntN(seen) == 0 {
			chosen = a
		}
	}
	if chosen == nil {
		return d, false
	}
	seen = 0
	for i := range chosen.Blocks() {
		if !chosen.CanRequest(i) {
			continue
		}
		if seen++; v.Rand.IntN(seen) == 0 {
			d, ok = Duplicate{Choice{chosen, i}, NoSlot}, true
		}
	}
	return d, ok
}
