package choke

import "cmp"

var antiLeech = Strategy{
	Name:     "anti-leech",
	About:    "whoever has just begun or is nearly done: those in between can trade",
	Defaults: func() any { return &AntiLeech{UploadSlots{4}} },
	New:      func(s any) Choker { return &antiLeechChoker{*s.(*AntiLeech)} },
}

// AntiLeech are the settings of anti-leech.
type AntiLeech struct {
	UploadSlots
}

// antiLeechChoker is the seeding algorithm of that name in libtorrent 2.0
// (choker.cpp: anti_leech_score), after Chow, Golubchik and Misra (Improving
// BitTorrent: A Simple Approach, IPTPS 2008): a seed serves those who cannot
// trade yet and those who soon need nobody's slots. In between tit for tat
// works, and free-riders, whom it starves, stay there. Who was sent half of the
// content by us and claims to have less is not believed.
type antiLeechChoker struct{ set AntiLeech }

func (l *antiLeechChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	return topInterested(cs, out, l.set.Slots, func(a, b int) int {
		x, y := &cs[a], &cs[b]
		return cmp.Or(cmp.Compare(distanceFromHalf(r, y), distanceFromHalf(r, x)), cmp.Compare(waitingSince(x), waitingSince(y)), cmp.Compare(x.ID, y.ID))
	})
}

// score is how far a neighbour is from having half, in thousandths of half.
func distanceFromHalf(r Round, c *Candidate) int64 {
	if r.ContentBytes == 0 {
		return 0
	}
	given := min(c.Uploaded, r.ContentBytes/2)
	has := max(given, int64(c.Pieces)*r.PieceBytes)
	off := has - r.ContentBytes/2
	return max(off, -off) * 2000 / r.ContentBytes
}
