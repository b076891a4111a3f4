package sim

import (
	"testing"
	"time"
)

// A leecher far from the seed completes later than one near it.
func TestRegions(t *testing.T) {
	out, _ := play(t, load(t, `
name: regions
content: {size: 256 KiB, piece: 64 KiB}
tracker: {region: near}
network:
  regions:
    - {name: near, to: {near: 5 ms, far: 400 ms}}
    - {name: far, to: {far: 5 ms}}
groups:
  - {name: seed, count: 1, seed: true, region: near, link: {up: 10 MB/s, down: 10 MB/s}}
  - {name: close, count: 1, region: near, link: {up: 1 MB/s, down: 10 MB/s}}
  - {name: remote, count: 1, region: far, link: {up: 1 MB/s, down: 10 MB/s}}
`), 1)
	g := out.Summary.Groups
	if near, far := g[1].CompletionS.Mean, g[2].CompletionS.Mean; near > 1 || far < 2 || far > 10 {
		t.Errorf("near the seed %v s, far from it %v s", near, far)
	}
}

// Everything that the only leecher behind a router sends and receives crosses the router,
// including small messages.
func TestAllCrossesTheRouter(t *testing.T) {
	w := populate(t, `
name: routed
content: {size: 4 MiB, piece: 64 KiB}
network: {transport: tcp, latency: 10 ms to 30 ms, routers: [{name: campus, groups: [leecher], up: 1 MB/s, down: 1 MB/s}]}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
  - {name: leecher, count: 1, link: {up: 1 MB/s, down: 1 MB/s}}
`)
	w.engine.Run(30*time.Second, func(time.Duration) bool { return true })
	leecher := w.nodes[1]
	if !leecher.peer.Complete() {
		t.Fatal("the leecher is not complete")
	}
	mine := leecher.host.Traffic().WireSent + leecher.host.Traffic().WireReceived
	if crossed := w.routers[0].Traffic.WireSent; crossed != mine {
		t.Errorf("%d bytes crossed the router, the leecher sent and received %d", crossed, mine)
	}
}
