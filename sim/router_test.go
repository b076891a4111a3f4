package sim

import (
	"testing"
	"time"
)

// All that the one leecher behind a router sends and receives crosses it, small
// messages too.
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
	mine := leecher.host.Traffic.WireSent + leecher.host.Traffic.WireReceived
	if crossed := w.routers[0].Traffic.WireSent; crossed != mine {
		t.Errorf("%d bytes crossed the router, the leecher sent and received %d", crossed, mine)
	}
}
