package choke

import (
	"cmp"
	"time"
)

var longestWaiting = Strategy{
	Name:  "longest-waiting",
	About: "a queue: who has waited longest is served until it has had its quota",
	Defaults: func() any {
		return &LongestWaiting{UploadSlots: UploadSlots{4}, Quota: 9_728_000, Hold: 5 * time.Minute}
	},
	New: func(s any) Choker { return &longestWaitingChoker{set: *s.(*LongestWaiting)} },
}

// LongestWaiting are the settings of longest-waiting.
type LongestWaiting struct {
	UploadSlots
	Quota int64         `json:"quota,omitempty" jsonschema:"bytes (eMule's part) after which a neighbour has had its turn" min:"1"`
	Hold  time.Duration `json:"hold,omitempty" jsonschema:"how long a turn lasts at most" min:"1 s"`
}

// longestWaitingChoker is the upload queue of eMule (Kulbak and Bickson, The
// eMule Protocol Specification, 2005): first come, first served, and then to the
// queue's end. Turns end by what was sent, so that who is slow has longer ones.
type longestWaitingChoker struct {
	set   LongestWaiting
	slots perPeer[slot]
}

// turn is what a neighbour had been sent when it was unchoked.
type slot struct {
	uploadedAtStart int64
	held            bool
}

func (l *longestWaitingChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	l.slots.sync(cs)
	first := len(out)
	for i := range cs {
		l.slots.rows[i].value.held = cs[i].Unchoked
	}
	out = topInterested(cs, out, l.set.Slots, func(a, b int) int {
		x, y := &cs[a], &cs[b]
		return cmp.Or(cmp.Compare(l.class(r, x, a), l.class(r, y, b)), cmp.Compare(waitingSince(x), waitingSince(y)), cmp.Compare(x.ID, y.ID))
	})
	for _, i := range out[first:] {
		if t := &l.slots.rows[i].value; !t.held {
			*t = slot{cs[i].Uploaded, true}
		}
	}
	return out
}

// class orders those in their turn, then those who wait, then those who have had
// it and go on only where nobody waits.
func (l *longestWaitingChoker) class(r Round, c *Candidate, i int) int {
	switch t := l.slots.rows[i].value; {
	case !c.Unchoked:
		return 1
	case c.Uploaded-t.uploadedAtStart < l.set.Quota && r.Now-c.ChokeChangedAt < l.set.Hold:
		return 0
	}
	return 2
}
