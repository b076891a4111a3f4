package sim

import (
	"fmt"
	"testing"

	"swarmsim/sim/record"
)

// 100 leechers with equal links, downlinks that do not bind, and a seed with 8 times their
// uplink: the last leecher completes within 1.25 times the lower bound.
func TestHundredLeechersComeNearTheBound(t *testing.T) {
	s := load(t, closed, "groups.leechers.count=100", "groups.seed.link.up=8 MB/s", "groups.leechers.link.down=10 MB/s",
		"client.connections.dial_target=40", "client.connections.max=80")
	out, _ := play(t, s, 2)
	if last, bound := out.Summary.CompletionS.Last, *out.Summary.BoundS; last > 1.25*bound {
		t.Errorf("last %v s, bound %v s: %.3f times", last, bound, last/bound)
	}
}

// The smallest measured swarm of real clients: 1 seed and 8 leechers, all with 1 MB/s up and
// 4 MB/s down, 50 ms round trip. The real clients take 50 to 95 s on average.
func TestEightLeechersLikeRealOnes(t *testing.T) {
	s := load(t, `
name: eight
content: {size: 32 MiB, piece: 256 KiB}
network: {latency: 25 ms}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 4 MB/s}}
  - {name: leechers, count: 8, link: {up: 1 MB/s, down: 4 MB/s}}
`)
	for s.Seed = range uint64(5) {
		out, _ := play(t, s, 1)
		if mean := out.Summary.CompletionS.Mean; mean > 60 || mean < *out.Summary.BoundS {
			t.Errorf("seed %d: mean %v s, bound %v s", s.Seed, mean, *out.Summary.BoundS)
		}
	}
}

// With a server the content that the provider sends grows with the number of clients; with a
// swarm it hardly does.
func TestSwarmRelievesTheProvider(t *testing.T) {
	copies := func(name string, n int) float64 {
		out, _ := play(t, library(t, name, fmt.Sprintf("groups.leechers.count=%d", n), "content.size=16 MiB"), 2)
		if out.Summary.CompletionS.Count != n {
			t.Fatalf("%s: %d of %d completed", name, out.Summary.CompletionS.Count, n)
		}
		return float64(out.Summary.SeedCopies)
	}
	if got := copies("client-server", 100); got != 100 {
		t.Errorf("a server sent %.2f copies to 100 clients", got)
	}
	if ten, hundred := copies("flash-crowd", 10), copies("flash-crowd", 100); hundred > 3*ten || hundred > 15 {
		t.Errorf("a seed sent %.2f copies to 10 and %.2f to 100", ten, hundred)
	}
}

// The seed rejected the last leecher's requests, because the leecher had cancelled them in favour
// of peers that then departed. As with real clients, the leecher completes over a second
// connection to the seed; without one it requests again only after five minutes.
func TestASecondConnectionEndsAStall(t *testing.T) {
	const text = `
name: stall
seed: 739477
content: {size: 1229 kB, piece: 256 KiB}
network: {latency: 5 ms to 18 ms, segment: 1500 B, transport: ideal}
client: {profile: anacrolix-1.61, connections: {dial_target: 22}}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 57 kB/s, down: 1 MB/s}}
  - name: leechers
    count: 11
    link: {up: 50 kB/s to 500 kB/s, down: 2019 kB/s}
    arrival: {pattern: flash-crowd, decay: 20 s}
    stay: 0 s
stop: {deadline: 1 h}`
	var last [2]record.Seconds
	for i, twice := range []bool{false, true} {
		out, _ := play(t, load(t, text, fmt.Sprintf("client.connections.allow_duplicates=%v", twice)), 1)
		if n := out.Summary.CompletionS.Count; n != 11 {
			t.Errorf("two connections %v: %d completed", twice, n)
		}
		last[i] = out.Summary.VirtualS
	}
	if last[0] < last[1]+60 {
		t.Errorf("all are done after %v s with one connection, after %v s with two", last[0], last[1])
	}
}
