package sim

import (
	"cmp"
	"slices"
	"time"

	"swarmsim/client"
	"swarmsim/sim/netem"
	"swarmsim/sim/record"
)

// decisionLog logs why a peer unchokes neighbours and picks pieces. It is the trace of such a
// peer's client.
type decisionLog struct {
	*node
	picker string
	ranked []int  // scratch: indices of candidates
	chosen []bool // scratch: by candidate
}

var _ client.DecisionTrace = &decisionLog{}

// Rechoked logs the candidates of a round, the one with the highest rate first, without those that
// are choked and do not want to download. Rounds between the regular ones are logged if they change
// anything: there may be one after each block.
func (d *decisionLog) Rechoked(_ time.Duration, r *client.Rechoke) {
	d.markChosen(r)
	if !r.Periodic && !d.changes(r) {
		return
	}
	d.ranked = d.ranked[:0]
	for i := range r.Candidates {
		if c := &r.Candidates[i]; c.Interested || c.Unchoked || d.chosen[i] {
			d.ranked = append(d.ranked, i)
		}
	}
	rate := func(i int) int64 {
		if r.Seeding {
			return int64(r.Candidates[i].UpRate)
		}
		return int64(r.Candidates[i].DownRate)
	}
	slices.SortStableFunc(d.ranked, func(a, b int) int { return cmp.Compare(rate(b), rate(a)) })
	for _, i := range d.ranked {
		d.logRow(record.Event{
			Event: record.EventCandidate, Other: int32(d.remote(r.Conns[i])), Piece: -1,
			RateBytesPerSec: rate(i), Why: d.outcome(r, i),
		})
	}
}

func (d *decisionLog) markChosen(r *client.Rechoke) {
	d.chosen = slices.Grow(d.chosen[:0], len(r.Candidates))[:len(r.Candidates)]
	clear(d.chosen)
	for _, i := range r.Chosen {
		d.chosen[i] = true
	}
}

// changes reports whether the round unchokes or chokes any neighbour.
func (d *decisionLog) changes(r *client.Rechoke) bool {
	for i := range r.Candidates {
		if r.Candidates[i].Unchoked != d.chosen[i] {
			return true
		}
	}
	return false
}

func (d *decisionLog) outcome(r *client.Rechoke, i int) string {
	c := &r.Candidates[i]
	switch {
	case d.chosen[i]:
		return slotKind(r.Optimistic != nil && r.Optimistic.Optimistic(c.ID))
	case c.Interested:
		return record.WhyChoked
	}
	return record.WhyNotInterested
}

// Picked logs the choice of a piece.
func (d *decisionLog) Picked(_ time.Duration, p client.Pick) {
	why := d.picker
	if p.Suggested {
		why = record.WhySuggested
	}
	d.logRow(record.Event{
		Event: record.EventPick, Other: int32(d.host.Remote(netem.ConnID(p.Conn))), Piece: int32(p.Piece),
		Copies: int32(p.Copies), Least: int32(p.Least), Why: why,
	})
}
