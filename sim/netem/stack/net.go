package stack

import (
	"time"

	"swarmsim/sim/engine"
)

// Transport is the transport protocol of a connection, with its congestion control.
type Transport uint8

const (
	// Ideal has a window of fixed size and loses nothing. All hosts of a Net use it, or
	// none.
	Ideal Transport = iota
	// TCPCubic is TCP with CUBIC (RFC 9438), as in Linux, macOS and Windows.
	TCPCubic
	// TCPReno is TCP with Reno's congestion control (RFC 5681).
	TCPReno
	// UTP is uTP with LEDBAT (BEP 29), which yields to TCP.
	UTP
)

// Net is what all hosts share. It is set before they start and does not change while the
// engine runs.
type Net struct {
	// Transport is what hosts dial with, unless DialWith says otherwise.
	Transport Transport
	// Delay is the one-way latency from a to b, never below the engine's lookahead.
	Delay func(a, b engine.HostID) time.Duration
	// Jitter is the most by which a packet may be late, evenly distributed. A packet never
	// overtakes the one before it on its connection. Not with Ideal.
	Jitter time.Duration
	// Loss is the probability, below 1, that a path loses a packet of an MTU or less. Not
	// with Ideal.
	Loss float64
	// Seed is the seed of the randomness of paths.
	Seed uint64
	// RouterOf is the router that a host is behind, if any; nil where there are no
	// routers. Not with Ideal.
	RouterOf func(engine.HostID) (router engine.HostID, is bool)
	// Segment is how many stream bytes a connection sends at a time, from 1,448 (a packet)
	// to 16 KiB (a block).
	Segment uint32
	// Express sends messages without NotifySent outside the streams: they arrive after the
	// latency, do not queue and use no bandwidth, as in models that know only content.
	// Only with Ideal.
	Express bool
	// Window is how many stream bytes a connection may have in flight: the only window of
	// Ideal, and the receive window of the others.
	Window uint32
	// Splits are the times when parts of the network cannot reach each other.
	Splits []Split
}

// Split divides the network in two from From until Until. Connections across it stall, as
// TCP does between its retransmissions, and continue afterwards unless an application
// closes them first.
type Split struct {
	From, Until time.Duration
	Apart       func(engine.HostID) bool // which side a host is on
}

// Blocked reports whether a split separates a from b, and until when.
func (n *Net) Blocked(a, b engine.HostID, now time.Duration) (until time.Duration, is bool) {
	for i := range n.Splits {
		s := &n.Splits[i]
		if now >= s.From && now < s.Until && s.Apart(a) != s.Apart(b) {
			return s.Until, true
		}
	}
	return 0, false
}

// NextHop is where a router forwards a packet: to its destination, or to the router that
// the destination is behind.
func (n *Net) NextHop(router, to engine.HostID) (hop engine.HostID, routed bool) {
	if theirs, behind := n.RouterOf(to); behind && theirs != router {
		return theirs, true
	}
	return to, false
}

// FirstHop is where a host's packet to another goes first.
func (n *Net) FirstHop(from, to engine.HostID) (hop engine.HostID, routed bool) {
	ours, is := n.RouterOf(from)
	theirs, behind := n.RouterOf(to)
	switch {
	case is && behind && ours == theirs:
		return to, false
	case is:
		return ours, true
	case behind:
		return theirs, true
	}
	return to, false
}
