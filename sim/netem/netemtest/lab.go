// Package netemtest is a small network with scripted applications, for the tests of
// sim/netem and the packages below it.
//
// A test makes a Lab, adds an App for each host, says what they do in their functions, runs
// the lab and looks at what the apps have seen:
//
//	l := netemtest.New(25*time.Millisecond, 16<<10, 256<<10)
//	to := l.Add(1e6, 1e6)
//	from := l.Add(1e6, 1e6)
//	from.Start = netemtest.DialAll(1)
//	from.OnOpened = func(a *netemtest.App, c netem.ConnID, _ bool) { netemtest.Feed(a, c) }
//	l.Run(time.Second)
//	fmt.Println(to.Bytes[1])
package netemtest

import (
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/sim/netem/packet"
)

// Lab is a network of hosts.
type Lab struct {
	Net    *netem.Net
	Engine *engine.Engine[netem.Packet]
	Apps   []*App // by host
}

// New returns a lab with ideal connections.
func New(delay time.Duration, segment, window uint32) *Lab {
	return &Lab{
		Net: &netem.Net{
			Delay:   func(_, _ engine.HostID) time.Duration { return delay },
			Segment: segment,
			Window:  window,
		},
		Engine: engine.New[netem.Packet](engine.Config{Lookahead: delay, Workers: 1, Horizon: 2 * delay}),
	}
}

// NewPath returns a lab with connections of a transport that can lose packets, and segments
// of one packet.
func NewPath(t netem.Transport, delay time.Duration) *Lab {
	l := New(delay, packet.MSS, 4<<20)
	l.Net.Transport = t
	return l
}

// Add adds a host with links of the given rates.
func (l *Lab) Add(up, down int64) *App {
	return l.AddLink(netem.Link{UpBytesPerSec: up, DownBytesPerSec: down})
}

// AddLink adds a host.
func (l *Lab) AddLink(k netem.Link) *App {
	a := &App{Lab: l, Bytes: map[engine.HostID]int64{}}
	a.Host = netem.NewHost(l.Net, k, a)
	a.Host.TickAt(0)
	a.Host.Start(l.Engine.Add(a.Host, 0))
	l.Apps = append(l.Apps, a)
	return a
}

// Sender adds a host that sends to host 0 on a number of connections, without end.
func (l *Lab) Sender(flows int, k netem.Link) *App {
	a := l.AddLink(k)
	a.Start = DialAll(flows)
	a.OnOpened = func(a *App, c netem.ConnID, _ bool) { Feed(a, c) }
	a.OnSent = Feed
	return a
}

// SplitHost separates host 0 from the others for a time.
func (l *Lab) SplitHost(from, until time.Duration) {
	isFirst := func(id engine.HostID) bool { return id == 0 }
	l.Net.Splits = append(l.Net.Splits, netem.Split{From: from, Until: until, Apart: isFirst})
}

// Run plays the lab.
func (l *Lab) Run(until time.Duration) {
	l.Engine.Run(until, func(time.Duration) bool { return true })
}

// Every plays the lab and calls look at each multiple of step.
func (l *Lab) Every(step, until time.Duration, look func(now time.Duration)) {
	next := step
	l.Engine.Run(until, func(now time.Duration) bool {
		for now >= next {
			look(next)
			next += step
		}
		return true
	})
}

// Block is the size of a message with a block.
const Block = 16<<10 + 13

// Wide is a link that limits nothing.
var Wide = netem.Link{UpBytesPerSec: 1e9, DownBytesPerSec: 1e9}

// Feed sends a block. As App.OnSent it keeps a connection supplied.
func Feed(a *App, c netem.ConnID) {
	a.Host.Send(c, &netem.Message{Bytes: Block, NotifySent: true}, nil)
}

// DialAll opens n connections to host 0.
func DialAll(n int) func(*App) {
	return func(a *App) {
		for range n {
			a.Host.Dial(0, 10*time.Second)
		}
	}
}
