package tcp_test

import (
	"time"

	"swarmsim/sim/netem"
	"swarmsim/sim/netem/netemtest"
	"swarmsim/sim/netem/tcp"
)

// info is the state of a host's first connection.
func info(a *netemtest.App) tcp.Info { return a.Host.TCP().Info(0) }

// newCrowd is a lab whose first host sends on a number of connections, through a queue that is
// always full.
func newCrowd(segment uint32, flows int) *netemtest.Lab {
	l := netemtest.NewPath(netem.TCPCubic, 25*time.Millisecond)
	l.Net.Segment = segment
	from := l.AddLink(netem.Link{UpBytesPerSec: 1e6, DownBytesPerSec: 1e6, UpQueueBytes: 200_000})
	from.OnOpened = func(a *netemtest.App, c netem.ConnID, _ bool) { netemtest.Feed(a, c) }
	from.OnSent = netemtest.Feed
	for range flows {
		l.AddLink(netemtest.Wide).Start = netemtest.DialAll(1)
	}
	return l
}
