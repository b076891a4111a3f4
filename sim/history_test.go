package sim

import (
	"slices"
	"testing"
	"time"

	"swarmsim/sim/measure"
	"swarmsim/sim/netem"
)

// The capacity begins with the peer's arrival, follows the changes of its link, and ends with its
// departure.
func TestCapacityFollowsTheLink(t *testing.T) {
	link := func(up, down int64) netem.Link { return netem.Link{UpBytesPerSec: up, DownBytesPerSec: down} }
	h := history{
		links: []linkSince{{0, link(1, 100)}, {5 * time.Second, link(10, 20)}, {30 * time.Second, link(100, 200)}},
		left:  20 * time.Second,
	}
	uplink, downlink := h.capacity(2*time.Second, time.Minute)
	want := []measure.CapacityChange{
		{At: 2 * time.Second, Delta: 1}, {At: 5 * time.Second, Delta: -1},
		{At: 5 * time.Second, Delta: 10}, {At: 20 * time.Second, Delta: -10},
	}
	if !slices.Equal(uplink, want) || downlink != 100 {
		t.Errorf("%v, downlink %d; want %v, downlink 100", uplink, downlink, want)
	}
}
