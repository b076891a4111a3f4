package sim

import (
	"slices"
	"testing"

	"swarmsim/sim/draw"
	"swarmsim/sim/engine"
)

// Common random numbers: another choker or picker changes no peer's arrival, link, lifetime or
// latency and no event's members, so that two variants of a scenario with the same seed meet the
// same swarm.
func TestStrategiesKeepRandomNumbers(t *testing.T) {
	text := `name: common
content: {size: 1 MiB, piece: 64 KiB}
network: {latency: 10 ms to 80 ms}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
  - name: leechers
    count: 20
    nat: 0.3
    crash: 0.5
    arrival: {pattern: poisson, rate: 2 /s}
    link: {up: lognormal 500 kB/s sigma 0.7, down: 1 MB/s to 4 MB/s}
    stay: exponential 30 s
    give_up: exponential 300 s
events:
  - {at: 20 s, action: crash, group: leechers, share: 0.3}
`
	populate := func(sets ...string) *world { return populate(t, text, sets...) }
	same := func(a, b *world) bool {
		delayA := draw.NewLatencies(a.scenario, a.groupOf).Between
		delayB := draw.NewLatencies(b.scenario, b.groupOf).Between
		for i, n := range a.nodes {
			m := b.nodes[i]
			if n.lifetime != m.lifetime || n.history.links[0] != m.history.links[0] || n.nat != m.nat ||
				n.departAt != m.departAt || !slices.Equal(n.script, m.script) {
				return false
			}
			for k := range a.nodes {
				if delayA(engine.HostID(i+1), engine.HostID(k+1)) != delayB(engine.HostID(i+1), engine.HostID(k+1)) {
					return false
				}
			}
		}
		return true
	}
	plain := populate()
	for _, c := range Catalogue().Chokers {
		if !same(plain, populate("client.choker="+c.Name, "client.seed_choker="+c.Name)) {
			t.Errorf("the choker %s meets another swarm", c.Name)
		}
	}
	for _, p := range Catalogue().Pickers {
		if !same(plain, populate("client.picker="+p.Name)) {
			t.Errorf("the picker %s meets another swarm", p.Name)
		}
	}
	if same(plain, populate("seed=2")) {
		t.Error("another seed meets the same swarm")
	}
}
