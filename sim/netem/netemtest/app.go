package netemtest

import (
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
)

// App does what its functions say, and notes what it sees.
type App struct {
	Lab  *Lab
	Host *netem.Host

	Start      func(a *App)
	OnOpened   func(a *App, c netem.ConnID, dialed bool)
	OnReceived func(a *App, c netem.ConnID, m netem.Message)
	OnSent     func(a *App, c netem.ConnID)
	Plan       []Timed // by time

	Opens, Failed, Closes []time.Duration         // when connections opened, dials failed, others closed
	Bytes                 map[engine.HostID]int64 // received from each host
	Order                 []uint32                // X of the messages received
	Blobs                 []string
}

// Timed is something that an App does at a time.
type Timed struct {
	At time.Duration
	Do func(a *App)
}

// The methods of netem.App.

func (a *App) Opened(c netem.ConnID, _ engine.HostID, dialed bool) {
	a.Opens = append(a.Opens, a.Host.Now())
	if a.OnOpened != nil {
		a.OnOpened(a, c, dialed)
	}
}

func (a *App) DialFailed(netem.ConnID, engine.HostID) { a.Failed = append(a.Failed, a.Host.Now()) }

func (a *App) Closed(netem.ConnID) { a.Closes = append(a.Closes, a.Host.Now()) }

func (a *App) Received(c netem.ConnID, m *netem.Message, blob []byte) {
	a.Bytes[a.Host.Remote(c)] += int64(m.Bytes)
	a.Order = append(a.Order, m.X)
	if blob != nil {
		a.Blobs = append(a.Blobs, string(blob))
	}
	if a.OnReceived != nil {
		a.OnReceived(a, c, *m)
	}
}

func (a *App) Sent(c netem.ConnID, _ *netem.Message) {
	if a.OnSent != nil {
		a.OnSent(a, c)
	}
}

func (a *App) Tick() {
	if a.Start != nil {
		a.Start(a)
		a.Start = nil
	}
	for len(a.Plan) > 0 && a.Plan[0].At <= a.Host.Now() {
		a.Plan[0].Do(a)
		a.Plan = a.Plan[1:]
	}
	if len(a.Plan) > 0 {
		a.Host.TickAt(a.Plan[0].At)
	}
}
