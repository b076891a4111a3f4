package netem

import (
	"time"

	"swarmsim/sim/engine"
)

// Link is a host's access to the network, in IP bytes per second.
type Link struct {
	UpBytesPerSec   int64
	DownBytesPerSec int64
}

// Net is what all hosts share and none changes while the engine runs.
type Net struct {
	// Delay is the one-way latency between two hosts: the same both ways, and
	// never below the engine's lookahead.
	Delay func(a, b engine.HostID) time.Duration
	// Segment is how many stream bytes a connection sends at a turn, 1,448
	// (a packet) to 16 KiB (a block).
	Segment uint32
	// Window is how many stream bytes a connection may have in flight.
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
func (n *Net) blocked(a, b engine.HostID, now time.Duration) (until time.Duration, is bool) {
	for i := range n.Splits {
		s := &n.Splits[i]
		if now >= s.From && now < s.Until && s.Apart(a) != s.Apart(b) {
			return s.Until, true
		}
	}
	return 0, false
}
