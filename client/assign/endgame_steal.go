package assign

import (
	"slices"

	"swarmsim/client/pieces"
)

var stealEntry = EndGameEntry{
	Name:     "steal",
	About:    "Move requests from the neighbour with the longest backlog to one with a shorter one (anacrolix).",
	Defaults: noSettings,
	New:      func(any) EndGame { return steal{} },
}

// steal moves a request from the neighbour with the longest backlog that has such a block, unless
// the other backlog would be the longer one then (anacrolix/torrent, requesting.go:
// getDesiredRequestState, applyRequestState).
type steal struct{}

func (steal) Traits() EndGameTraits { return EndGameTraits{History: true} }

func (steal) Next(v *View, n *Neighbour, _ int) (d Duplicate, ok bool) {
	ours, longest := n.Requests.Len()+1, -1
	var block pieces.Block
	for i := range v.Neighbours.Count() {
		o := v.Neighbours.At(i)
		length := o.Requests.Len() - 1
		if o.Slot == n.Slot || length <= longest || ours-length > 1 || ours-length == 1 && n.History.Useful <= o.History.Useful {
			continue
		}
		if b, found := newestFor(v, n, o.Requests); found {
			block, longest, d.From = b, length, o.Slot
		}
	}
	if longest < 0 {
		return d, false
	}
	piece, i := v.Pieces.Split(block)
	d.Piece, d.Block = v.Pieces.Find(piece), i
	return d, true
}

// newestFor returns the newest of another neighbour's requests for a block that is missing, that
// n offers and may download, and that is not being withdrawn from n.
func newestFor(v *View, n *Neighbour, r *pieces.Requests) (block pieces.Block, ok bool) {
	for _, b := range slices.Backward(r.All()) {
		if n.Offers.Has(v.Pieces.PieceOf(b)) && !slices.Contains(n.History.Cancelled, b) && !v.Pieces.IsReceived(b) &&
			v.Pieces.Find(v.Pieces.PieceOf(b)).MayDownload(n.Serial) {
			return b, true
		}
	}
	return 0, false
}
