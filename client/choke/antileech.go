package choke

import "cmp"

var antiLeech = Strategy{
	Name:     "anti-leech",
	About:    "neighbours that have just begun or are nearly complete: those in between can trade",
	Defaults: func() any { return &AntiLeech{UploadSlots{4}} },
	New:      func(s any) Choker { return &antiLeechChoker{*s.(*AntiLeech)} },
}

// AntiLeech holds the settings of anti-leech.
type AntiLeech struct {
	UploadSlots
}

// antiLeechChoker is the seeding algorithm of that name in libtorrent 2.0 (choker.cpp:
// anti_leech_score), after Chow, Golubchik and Misra (Improving BitTorrent: A Simple Approach,
// IPTPS 2008). A seed serves neighbours that have too little to trade, and those that will soon
// need no slots. In between tit for tat works; free-riders stay there, because the seed does not
// serve them. A neighbour that we have sent half of the content, and that announces less, is taken
// to have half.
type antiLeechChoker struct{ set AntiLeech }

func (l *antiLeechChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	return topInterested(cs, out, l.set.Slots, func(a, b int) int {
		x, y := &cs[a], &cs[b]
		return cmp.Or(
			cmp.Compare(distanceFromHalf(r, y), distanceFromHalf(r, x)),
			cmp.Compare(waitingSince(x), waitingSince(y)),
			cmp.Compare(x.ID, y.ID))
	})
}

// distanceFromHalf returns how far a neighbour is from having half of the content, from 0 (half)
// to 1000 (nothing, or everything).
func distanceFromHalf(r Round, c *Candidate) int64 {
	if r.ContentBytes == 0 {
		return 0
	}
	uploaded := min(c.Uploaded, r.ContentBytes/2)
	has := max(uploaded, int64(c.Pieces)*r.PieceBytes)
	distance := has - r.ContentBytes/2
	return max(distance, -distance) * 2000 / r.ContentBytes
}
