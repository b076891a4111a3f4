package netem

import "swarmsim/sim/netem/packet"

// Transport is how a connection decides what may be in flight.
type Transport uint8

const (
	// Ideal has a window of fixed size and loses nothing; all hosts of a Net
	// use it, or none.
	Ideal Transport = iota
	// Cubic is TCP with CUBIC (RFC 9438), what Linux, macOS and Windows run.
	Cubic
	// Reno is TCP with Reno's congestion avoidance (RFC 5681).
	Reno
	// Ledbat is uTP with LEDBAT (BEP 29), which yields to TCP.
	Ledbat
)

// The numbers of TCP as Linux has them, or the RFC where it says the same.
const (
	initialWindow = 10 * packet.MaxSegment // RFC 6928
	dupThresh     = 3 * packet.MaxSegment  // RFC 6675: bytes beyond a hole that call it a loss
	maxQuickAcks  = 16                     // segments acknowledged at once as a flow begins
	never32       = ^uint32(0)             // no packet
)
