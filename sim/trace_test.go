package sim

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"swarmsim/sim/engine"
)

// Events are merged by time, then host, then the order in which the host emitted them, no
// matter how the hosts are spread over workers.
func TestTraceMergerOrder(t *testing.T) {
	const hosts, workers = 9, 3
	var m traceMerger
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		var want []traceEvent
		buffers := make([]traceBuffer, workers)
		for host := range engine.HostID(hosts) {
			at := time.Hour
			for n := range r.IntN(20) {
				at += time.Duration(r.IntN(3))
				e := traceEvent{at: at, host: host, kind: pieceCompleted, arg: int32(n)}
				want = append(want, e)
				b := &buffers[int(host)%workers]
				b.events = append(b.events, e)
			}
		}
		slices.SortStableFunc(want, func(a, b traceEvent) int {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.host, b.host))
		})
		m.merge(buffers)
		if m.len() != len(want) {
			t.Fatalf("%d events, want %d", m.len(), len(want))
		}
		for i := range want {
			if *m.event(i) != want[i] {
				t.Fatalf("seed %d: event %d is %+v, want %+v", seed, i, *m.event(i), want[i])
			}
		}
		for i := range buffers {
			if len(buffers[i].events) > 0 {
				t.Fatal("a merged event stays in its buffer")
			}
		}
	}
}
