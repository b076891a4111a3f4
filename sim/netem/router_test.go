package netem_test

import (
	"testing"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/sim/netem/netemtest"
)

// A router forwards at its rate, which its members share.
func TestRouterIsABottleneck(t *testing.T) {
	l := netemtest.NewPath(netem.TCPCubic, 20*time.Millisecond)
	to := l.AddLink(netemtest.Wide)
	for range 4 {
		l.Sender(1, netemtest.Wide)
	}
	lane := netem.Lane{BytesPerSec: 1e6, QueueBytes: 64 << 10}
	r := netem.NewRouter(l.Net, 20*time.Millisecond, lane, lane)
	id := l.Engine.Add(r, engine.Never)
	r.Start(id)
	l.Net.RouterOf = func(h engine.HostID) (engine.HostID, bool) { return id, h >= 1 && h <= 4 }
	l.Run(100 * time.Second)
	total := int64(0)
	for h, n := range to.Bytes {
		if n < 10e6 {
			t.Errorf("host %d got %d bytes through in 100 s", h, n)
		}
		total += n
	}
	if total < 94e6 || total > 96.6e6 {
		t.Errorf("%d bytes came through a router of 1 MB/s in 100 s", total)
	}
}
