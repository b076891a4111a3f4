package assign

var broadcastEntry = EndGameEntry{
	Name:     "broadcast",
	About:    "Ask every neighbour for any missing block, at random (mainline, aria2).",
	Defaults: noSettings,
	New:      func(any) EndGame { return broadcast{} },
}

// broadcast asks every neighbour that could be sent a request for any missing block that it is not
// asked for, at random (mainline 4.x, Downloader.py: endgame).
type broadcast struct{}

func (broadcast) Traits() EndGameTraits { return EndGameTraits{Broadcast: true} }

func (broadcast) Next(v *View, n *Neighbour, _ int) (d Duplicate, ok bool) {
	if !allRequested(v) {
		return d, false
	}
	seen := 0
	for _, e := range v.Pieces.Active() {
		a := e.Piece
		if !n.Offers.Has(a.Index()) || !a.MayDownload(n.Serial) {
			continue
		}
		for i := range a.Blocks() {
			if !a.CanRequest(i) || n.Requests.Has(v.Pieces.BlockAt(a.Index(), i)) {
				continue
			}
			if seen++; v.Rand.IntN(seen) == 0 {
				d, ok = Duplicate{Choice{a, i}, NoSlot}, true
			}
		}
	}
	return d, ok
}
