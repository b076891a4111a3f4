package choke

import (
	"cmp"
	"time"
)

var longestWaiting = Strategy{
	Name:  "longest-waiting",
	About: "a queue: the neighbour that has waited longest is served until it has used its quota",
	Defaults: func() any {
		return &LongestWaiting{UploadSlots: UploadSlots{4}, Quota: 9_728_000, MaxSlotTime: 5 * time.Minute}
	},
	New: func(s any) Choker { return &longestWaitingChoker{set: *s.(*LongestWaiting)} },
}

// LongestWaiting holds the settings of longest-waiting.
type LongestWaiting struct {
	UploadSlots
	Quota       int64         `json:"quota,omitempty" jsonschema:"bytes after which a neighbour's turn ends (the default is eMule's part)" min:"1"`
	MaxSlotTime time.Duration `json:"max_slot_time,omitempty" jsonschema:"longest time that a turn lasts" min:"1 s" former:"hold"`
}

// longestWaitingChoker is the upload queue of eMule (Kulbak and Bickson, The eMule Protocol
// Specification, 2005): first come, first served; a neighbour whose turn is over goes to the end of
// the queue. A turn ends after Quota bytes, so that slow neighbours have longer turns, or after
// MaxSlotTime.
type longestWaitingChoker struct {
	set   LongestWaiting
	turns perPeer[turn]
}

// turn is a neighbour's time with a slot.
type turn struct {
	running         bool
	uploadedAtStart int64 // Candidate.Uploaded when it was unchoked
}

func (l *longestWaitingChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	l.turns.sync(cs)
	first := len(out)
	for i := range cs {
		l.turns.at(i).running = cs[i].Unchoked
	}
	out = topInterested(cs, out, l.set.Slots, func(a, b int) int {
		x, y := &cs[a], &cs[b]
		return cmp.Or(
			cmp.Compare(l.class(r, x, a), l.class(r, y, b)),
			cmp.Compare(waitingSince(x), waitingSince(y)),
			cmp.Compare(x.ID, y.ID))
	})
	for _, i := range out[first:] {
		if t := l.turns.at(i); !t.running {
			*t = turn{running: true, uploadedAtStart: cs[i].Uploaded}
		}
	}
	return out
}

// class returns 0 for a neighbour whose turn goes on, 1 for one that waits, and 2 for one whose
// turn is over: it keeps its slot only while no other neighbour waits.
func (l *longestWaitingChoker) class(r Round, c *Candidate, i int) int {
	switch t := l.turns.at(i); {
	case !c.Unchoked:
		return 1
	case c.Uploaded-t.uploadedAtStart < l.set.Quota && r.Now-c.ChokeChangedAt < l.set.MaxSlotTime:
		return 0
	}
	return 2
}
