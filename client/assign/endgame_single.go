package assign

var singleDuplicateEntry = EndGameEntry{
	Name:     "single-duplicate",
	About:    "Ask an idle neighbour for one more block, the one that the fewest are asked for.",
	Defaults: noSettings,
	New:      func(any) EndGame { return singleDuplicate{} },
}

// singleDuplicate asks a neighbour with nothing left to send for one missing block, the one that
// the fewest neighbours are asked for. Asking every neighbour for every block wastes a tenth of
// a swarm's uplinks once there are many seeds.
type singleDuplicate struct{}

func (singleDuplicate) Traits() EndGameTraits { return EndGameTraits{} }

func (singleDuplicate) Next(v *View, n *Neighbour, _ int) (d Duplicate, ok bool) {
	if !allRequested(v) || n.Requests.Len() > 0 {
		return d, false
	}
	least := 0
	for _, e := range v.Pieces.Active() {
		a := e.Piece
		if !n.Offers.Has(a.Index()) || !a.MayDownload(n.Serial) {
			continue
		}
		for i := range a.Blocks() {
			if a.CanRequest(i) && (!ok || a.Requesters(i) < least) {
				d, least, ok = Duplicate{Choice{a, i}, NoSlot}, a.Requesters(i), true
			}
		}
	}
	return d, ok
}
