package sim

import (
	"time"

	"swarmsim/client/choke"
	"swarmsim/sim/engine"
	"swarmsim/sim/measure"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// pairMeasures feeds the measures of pairs of leechers.
type pairMeasures struct {
	unchoking *measure.Unchoking
	interest  *measure.Interest // nil unless the scenario has record: {interest: true}
}

func newPairMeasures(w *world) pairMeasures {
	s := w.scenario
	p := pairMeasures{unchoking: measure.NewUnchoking(len(s.Groups), w.groupOf)}
	if s.Record.Interest {
		p.interest = measure.NewInterest(len(s.Groups), w.groupOf)
	}
	return p
}

// arrive adds a leecher.
func (p *pairMeasures) arrive(host engine.HostID, at time.Duration) { p.unchoking.Arrive(host, at) }

// stop removes a leecher that has completed or departed.
func (p *pairMeasures) stop(host engine.HostID, at time.Duration) {
	if p.interest != nil {
		p.interest.Stop(host, at)
	}
	p.unchoking.Stop(host, at)
}

// apply applies an event that concerns a neighbour. Nodes emit connected and interestChanged
// only where interest is measured.
func (p *pairMeasures) apply(e *traceEvent) {
	switch e.kind {
	case unchoked, slotChanged:
		p.unchoking.Unchoke(e.host, e.other, e.arg == 1, e.at)
	case choked:
		p.unchoking.Choke(e.host, e.other, e.at)
	case disconnected:
		p.unchoking.Choke(e.host, e.other, e.at)
		if p.interest != nil {
			p.interest.Disconnect(e.host, e.other, e.at)
		}
	case connected:
		if p.unchoking.BothDownloading(e.host, e.other) {
			p.interest.Connect(e.host, e.other, e.at)
		}
	case interestChanged:
		p.interest.SetInterested(e.host, e.other, e.arg == 1, e.at)
	}
}

// addTo adds the measures at the end of a run.
func (p *pairMeasures) addTo(sum *record.Summary, now time.Duration) {
	if p.interest != nil {
		p.interest.AddTo(sum, now)
	}
	p.unchoking.Close(now)
	p.unchoking.AddTo(sum)
}

// addSlotsCounted says for each group of leechers which unchokes are counted as slots.
func (c *collector) addSlotsCounted(sum *record.Summary) {
	s := c.world.scenario
	for g := range sum.Groups {
		if group := &sum.Groups[g]; !group.Seed {
			group.SlotsCounted = slotsCounted(clientOf(s, &s.Groups[g]))
		}
	}
}

// slotsCounted is "regular" where the choker marks its optimistic unchokes, which are then not
// counted, and "all" otherwise.
func slotsCounted(c *scenario.Client) string {
	if _, marks := newChoker(c.Choker).(choke.OptimisticUnchoker); marks {
		return "regular"
	}
	return "all"
}
