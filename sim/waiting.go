package sim

import (
	"time"

	"swarmsim/client"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// addWaiting says what leechers were waiting for at a deadline that was to come
// only if something stood still.
func (v *watcher) addWaiting(sum *record.Summary, now time.Duration) {
	if sum.Ended != "deadline" || v.world.scenario.Stop.When != scenario.StopDone || v.loading == 0 {
		return
	}
	w, last, perSec := &record.Waiting{}, time.Duration(0), 0.0
	of := map[client.Waiting]*int{client.ForBlocks: &w.Blocks, client.ForRequests: &w.Requests, client.ForUnchoke: &w.Unchoke,
		client.ForPieces: &w.Pieces, client.ForNeighbour: &w.Neighbours, client.ForAddresses: &w.Addresses}
	for _, n := range v.world.nodes {
		if n.state != present || n.peer.Complete() {
			continue
		}
		what, rate, at := n.peer.Waiting(now)
		w.Leechers++
		*of[what]++
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
