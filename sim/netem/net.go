package netem

import (
	"time"

	"swarmsim/sim/engine"
)

// Link is a host's access to the network, in IP bytes and IP bytes per second.
type Link struct {
	UpBytesPerSec   int64
	DownBytesPerSec int64
	// What the queues before them hold, 0 for any number; what does not fit is
	// lost. Ideal has no such limits.
	UpQueueBytes   int64
	DownQueueBytes int64
	// FairQueue has the uplink's queue be FQ-CoDel instead of first in, first
	// out. Not with Ideal.
	FairQueue bool
}

// Net is what all hosts share. It stands before they start, and none changes it while
// the engine runs.
type Net struct {
	// Transport is what hosts dial with, unless they say otherwise.
	Transport Transport
	// Delay is the one-way latency from a to b, never below the engine's
	// lookahead.
	Delay func(a, b engine.HostID) time.Duration
	// Jitter is how much longer a packet may take, evenly spread; it never
	// overtakes the one before it on its connection. Not with Ideal.
	Jitter time.Duration
	// Loss is the chance, below 1, that a path loses a packet of 1,500 bytes
	// or fewer. Not with Ideal.
	Loss float64
	// Seed is that of the randomness of paths.
	Seed uint64
	// RouterOf is the router that a host is behind, if it is behind one; nil
	// where there are none. Not with Ideal.
	RouterOf func(engine.HostID) (router engine.HostID, is bool)
	// Segment is how many stream bytes a connection sends at a turn, 1,448
	// (a packet) to 16 KiB (a block).
	Segment uint32
	// Express has messages without Notify cross apart from the streams, in the
	// latency alone: they neither wait nor cost anything, as in models that know
	// only content. Only with Ideal.
	Express bool
	// Window is how many stream bytes a connection may have in flight: Ideal's
	// only window, and the receive window of the others.
	Window uint32
	// Splits are the times when parts of the network cannot reach each other.
	Splits []Split
}

// Split cuts the network in two from From until Until. Connections across it
// stall, as TCP does between its retransmissions, and go on afterwards unless
// an application gives up on them first.
type Split struct {
	From, Until time.Duration
	Apart       func(engine.HostID) bool // which side a host is on
}

// blocked tells until when nothing crosses from a to b.
func (n *Net) Blocked(a, b engine.HostID, now time.Duration) (until time.Duration, is bool) {
	for i := range n.Splits {
		s := &n.Splits[i]
		if now >= s.From && now < s.Until && s.Apart(a) != s.Apart(b) {
			return s.Until, true
		}
	}
	return 0, false
}

// nextHop is where a router sends a packet on: to its host, or to the router
// that the host is behind.
func (n *Net) NextHop(router, to engine.HostID) (hop engine.HostID, routed bool) {
	if theirs, behind := n.RouterOf(to); behind && theirs != router {
		return theirs, true
	}
	return to, false
}

// firstHop is where a host's packet to another goes first.
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
