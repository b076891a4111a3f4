package netem

import (
	"slices"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem/ideal"
	"swarmsim/sim/netem/stack"
	"swarmsim/sim/netem/tcp"
)

// Link is a host's access to the network, in wire bytes and wire bytes per second.
type Link struct {
	UpBytesPerSec   int64
	DownBytesPerSec int64
	// The limits of the queues before the links, 0 for none; what exceeds them is dropped.
	// Ideal queues have no limit.
	UpQueueBytes   int64
	DownQueueBytes int64
	// FairQueue makes the uplink queue FQ-CoDel instead of first in, first out. Not with
	// Ideal.
	FairQueue bool
}

// Host is a host's links and connections, an actor of the engine. What any packet touches
// comes first: see prefetch.go.
type Host struct {
	transport  transportLayer
	tcp        *tcp.Layer // transport, if it is TCP or uTP; nil with Ideal
	prefetcher Prefetcher // the App, if it implements it
	tick       time.Duration
	prefetch   prefetchState
	isDown     bool
	listening  bool
	behindNAT  bool
	dialWith   Transport
	downlink   downlink
	stack      stack.Stack

	holes   []hole  // hosts that may connect although the host does not listen
	discard Message // what is sent on a connection that is not open
}

// NewHost returns a host with the given links that runs app. It accepts connections. Start
// tells it its number in the engine.
func NewHost(n *Net, l Link, app App) *Host {
	h := newHost(n.Transport)
	h.stack.Net, h.stack.App = n, app
	h.stack.Timeouts = stack.NewTimeouts()
	h.prefetcher, _ = app.(Prefetcher)
	h.dialWith, h.listening = n.Transport, true
	h.tick, h.downlink.next = engine.Never, engine.Never
	switch layer := h.transport.(type) {
	case *ideal.Layer:
		layer.Setup(&h.stack)
	case *tcp.Layer:
		layer.Setup(&h.stack, l.FairQueue)
		h.downlink.packetwise = true
	}
	h.SetLink(l)
	return h
}

// Start tells the host its number in the engine, before the engine runs.
func (h *Host) Start(id engine.HostID) {
	h.stack.ID = id
	if h.tcp != nil {
		h.tcp.Start()
	}
}

// DialWith sets the transport of the connections that the host dials from now on. Neither
// it nor Net.Transport may be Ideal.
func (h *Host) DialWith(t Transport) { h.dialWith = t }

// ID is the host's number in the engine.
func (h *Host) ID() engine.HostID { return h.stack.ID }

// Now is the time of the event being played.
func (h *Host) Now() time.Duration { return h.stack.Now }

// Worker is the worker that plays the window; see engine.Window.Worker.
func (h *Host) Worker() int { return h.stack.Events.Worker() }

// TCP returns the host's TCP, nil with Ideal, for what only TCP has: the state of its
// connections (tcp.Info).
func (h *Host) TCP() *tcp.Layer { return h.tcp }

// Traffic is what the host has sent and received.
func (h *Host) Traffic() *Traffic { return &h.stack.Traffic }

// TickAt asks for one call of App.Tick at that time; engine.Never cancels.
func (h *Host) TickAt(at time.Duration) { h.tick = at }

// SetLink changes the rates of the links, for what they have not begun to send, and the
// limits of their queues.
func (h *Host) SetLink(l Link) {
	h.stack.UpRate = l.UpBytesPerSec
	h.downlink.rate, h.downlink.limit = l.DownBytesPerSec, l.DownQueueBytes
	if h.tcp != nil {
		h.tcp.LimitUplinkQueue(l.UpQueueBytes)
	}
}

// Rates are the present rates of the links.
func (h *Host) Rates() (upBytesPerSec, downBytesPerSec int64) {
	return h.stack.UpRate, h.downlink.rate
}

// Listen sets whether connections are accepted.
func (h *Host) Listen(yes bool) { h.listening = yes }

// LimitUnsent bounds the bytes in a send buffer that are not sent yet
// (TCP_NOTSENT_LOWAT); 0 for no limit. Ideal connections have no send buffer.
func (h *Host) LimitUnsent(bytes uint32) {
	if h.tcp != nil {
		h.tcp.LimitUnsent(bytes)
	}
}

// BehindNAT sets whether dials that the host does not accept are dropped silently, as by a
// NAT or firewall, instead of refused.
func (h *Host) BehindNAT(yes bool) { h.behindNAT = yes }

// hole is a host from which connections are accepted for a while.
type hole struct {
	from  engine.HostID
	until time.Duration
}

// Admit accepts connections from a host until a time, whether or not the host listens: a NAT lets
// in what comes from an address to which something has been sent.
func (h *Host) Admit(from engine.HostID, until time.Duration) {
	h.holes = slices.DeleteFunc(h.holes, func(x hole) bool { return x.until <= h.stack.Now || x.from == from })
	h.holes = append(h.holes, hole{from, until})
}

// admits reports whether there is a hole for a host.
func (h *Host) admits(from engine.HostID) bool {
	return slices.ContainsFunc(h.holes, func(x hole) bool { return x.from == from && h.stack.Now < x.until })
}

// Off takes the host off the network at once, without closing its connections: what
// arrives from now on is lost.
func (h *Host) Off() {
	s := &h.stack
	for i := range s.Conns {
		if s.Conns[i].State != stack.Free {
			h.release(uint32(i))
		}
	}
	h.isDown = true
	s.TxSchedule.Clear()
	for i := range s.Conns {
		s.Conns[i].Scheduled = false
	}
}

// On brings a host that was off back, without connections.
func (h *Host) On() { h.isDown = false }

// Waiting calls yield for every packet that has arrived and waits for the downlink. Only
// between windows.
func (h *Host) Waiting(yield func(*Packet)) {
	for i := range h.downlink.n {
		yield(&h.downlink.at(i).Packet)
	}
}

// Undelivered counts the messages with NotifySent that have been sent on the open connections
// and have not arrived. at finds a host. Only between windows, and not with Ideal.
func (h *Host) Undelivered(at func(engine.HostID) *Host) (n int64) {
	for slot := range h.stack.Conns {
		c := &h.stack.Conns[slot]
		if c.State != stack.Open {
			continue
		}
		other := at(c.Remote)
		if int(c.RemoteConn) >= len(other.stack.Conns) {
			continue
		}
		if o := &other.stack.Conns[c.RemoteConn]; o.Key == c.RemoteKey && o.State == stack.Open {
			n += h.tcp.Undelivered(uint32(slot), other.tcp.RcvNxt(c.RemoteConn))
		}
	}
	return n
}
