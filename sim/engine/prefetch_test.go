package engine

import (
	"slices"
	"testing"
	"time"

	"swarmsim/prefetch"
)

// prefetcher is a host that checks the calls of Prefetch, and puts its arrivals into another order.
type prefetcher struct {
	*gossip
	t       *testing.T
	step    int // that comes next
	windows *int
}

func (p *prefetcher) Prefetch(l *prefetch.List, step int, arrivals Arrivals[int]) {
	if step != p.step {
		p.t.Errorf("host %d: step %d comes before step %d", p.id, step, p.step)
	}
	p.step++
	for i := range arrivals.Len() {
		prefetch.Add(l, arrivals.At(i))
		arrivals.Swap(i, arrivals.Len()-1-i)
	}
}

func (p *prefetcher) PlayWindow(w *Window[int]) time.Duration {
	if p.step != 0 && p.step != PrefetchSteps {
		p.t.Errorf("host %d is played after %d steps", p.id, p.step)
	}
	if p.step > 0 {
		*p.windows++
	}
	p.step = 0
	return p.gossip.PlayWindow(w)
}

// Prefetch is called with each step before a host is played, if the worker has many hosts, and only
// for those that implement Prefetcher. It changes nothing.
func TestPrefetching(t *testing.T) {
	for _, hosts := range []int{prefetchMinHosts - 1, prefetchMinHosts} {
		want := playGossip(hosts, 1, 10*time.Millisecond, time.Second, plain)
		windows := 0
		got := playGossip(hosts, 1, 10*time.Millisecond, time.Second, func(g *gossip) Host[int] {
			if g.id%3 == 0 {
				return g
			}
			return &prefetcher{gossip: g, t: t, windows: &windows}
		})
		for i := range want {
			if !slices.Equal(got[i], want[i]) {
				t.Fatalf("host %d of %d logs something else with prefetching than without", i, hosts)
			}
		}
		if prefetched := windows > 0; prefetched != (hosts >= prefetchMinHosts) {
			t.Errorf("%d hosts: prefetched for %d windows", hosts, windows)
		}
	}
}
