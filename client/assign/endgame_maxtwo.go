package assign

import "swarmsim/client/pieces"

var maxTwoEntry = EndGameEntry{
	Name:     "max-two",
	About:    "Request a block from two neighbours at most; the second has an average backlog or a longer one (Transmission).",
	Defaults: noSettings,
	New:      func(any) EndGame { return &maxTwo{} },
}

// maxTwo is Transmission's end game. It begins when all that is missing is requested, and lets a
// neighbour whose backlog is at least the average of that moment be the second to be asked for a
// block (peer-mgr.c: testForEndgame, tr_peerMgrGetNextRequests).
type maxTwo struct {
	average int // requests per neighbour as the end game began; 0 before
}

func (*maxTwo) Traits() EndGameTraits { return EndGameTraits{} }

func (m *maxTwo) Next(v *View, n *Neighbour, want int) (d Duplicate, ok bool) {
	requests, neighbours := totalRequests(v)
	if int64(requests)*v.Pieces.Layout().BlockBytes() < v.Missing {
		m.average = 0
		return d, false
	}
	if m.average == 0 {
		m.average = requests / max(1, neighbours)
	}
	if n.Requests.Len()+want < m.average {
		return d, false
	}
	var best pieces.Entry
	least := 0
	for _, e := range v.Pieces.Active() {
		a := e.Piece
		if !n.Offers.Has(a.Index()) || !a.MayDownload(n.Serial) {
			continue
		}
		w := weight(v, a)
		e.Open = int32(a.Open()) // may be out of date in the list
		if best.Piece != nil && (w > least || w == least && !v.Rule.Before(v, &e, &best)) {
			continue
		}
		if i, found := requestedOnce(v, n, a); found {
			d, best, least, ok = Duplicate{Choice{a, i}, NoSlot}, e, w, true
		}
	}
	return d, ok
}

// totalRequests returns the number of requests and of the neighbours that have some.
func totalRequests(v *View) (requests, neighbours int) {
	for i := range v.Neighbours.Count() {
		if n := v.Neighbours.At(i).Requests.Len(); n > 0 {
			requests += n
			neighbours++
		}
	}
	return requests, neighbours
}

// requestedOnce returns the first block of a piece that is requested from one other neighbour.
func requestedOnce(v *View, n *Neighbour, a *pieces.Active) (block int, ok bool) {
	for i := range a.Blocks() {
		if a.Requesters(i) == 1 && !n.Requests.Has(v.Pieces.BlockAt(a.Index(), i)) {
			return i, true
		}
	}
	return 0, false
}

// weight is what comparePieceByWeight compares first: the number of blocks left to request; for
// pieces without such blocks the number of their requests, behind all others.
func weight(v *View, a *pieces.Active) int {
	missing, requests := a.Unrequested()
	if missing > requests {
		return missing - requests
	}
	return int(v.Pieces.PerPiece()) + requests
}
