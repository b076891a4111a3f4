package sim

import (
	"time"

	"swarmsim/client"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// addWaiting counts what the remaining leechers wait for, if the run has reached its deadline
// although it was to end when all leechers are done.
func (c *collector) addWaiting(sum *record.Summary, now time.Duration) {
	early := c.world.scenario.Stop.When == scenario.StopDone
	if sum.Ended != record.AtDeadline || !early || c.completions.Downloading == 0 {
		return
	}
	w, last, perSec := &record.Waiting{}, time.Duration(0), 0.0
	counts := map[client.Waiting]*int{
		client.ForBlocks:    &w.Blocks,
		client.ForRequests:  &w.Requests,
		client.ForUnchoke:   &w.Unchoke,
		client.ForPieces:    &w.Pieces,
		client.ForNeighbour: &w.Neighbours,
		client.ForAddresses: &w.Addresses,
	}
	for _, n := range c.world.nodes {
		if n.state != present || n.peer.Complete() {
			continue
		}
		what, rate, at := n.peer.Waiting(now)
		w.Leechers++
		*counts[what]++
		perSec += rate
		last = max(last, at)
	}
	w.RateBytesPerSec = record.Ratio(perSec)
	if last > 0 {
		s := record.Seconds(last.Seconds())
		w.LastBlockS = &s
	}
	sum.Waiting = w
}
