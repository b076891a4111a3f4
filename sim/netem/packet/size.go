package packet

import "time"

// A full packet on Ethernet: 1,500 bytes of IP, of which 20 are IP's header, 20 TCP's and 12 its
// timestamp option (RFC 9293, RFC 7323).
const (
	MSS     = 1448 // TCP's maximum segment size. A segment here may be of several packets: see stack.Net
	Headers = 52
	MTU     = MSS + Headers
)

// Size is what a packet, or a segment of several packets, takes: Stream bytes of the
// connection, and Wire bytes of the link, which include the headers and the
// acknowledgements that travel along.
type Size struct {
	Stream, Wire uint32
}

// Cut returns what is left of a segment of several packets if only room bytes of it fit,
// in whole packets; nothing if not one does. The acknowledgements that travel along are
// not cut.
func (s Size) Cut(room int64) Size {
	if int64(s.Wire) <= room {
		return s
	}
	acks := max(int64(s.Wire)-int64(OnWire(s.Stream)), 0)
	kept := uint32(max(room-acks, 0)) / MTU * MSS
	if kept == 0 || kept >= s.Stream {
		return Size{}
	}
	return Size{Stream: kept, Wire: uint32(int64(OnWire(kept)) + acks)}
}

// Packets is the number of packets that n stream bytes fill.
func Packets(n uint32) uint32 { return (n + MSS - 1) / MSS }

// OnWire is the number of wire bytes of n stream bytes in full packets.
func OnWire(n uint32) uint32 { return n + Headers*Packets(n) }

// Serialization is how long a link of the given rate takes to send wire bytes.
func Serialization(wire uint32, bytesPerSec int64) time.Duration {
	return time.Duration(int64(wire) * int64(time.Second) / bytesPerSec)
}

// Sent is how many wire bytes a link of the given rate sends in d.
func Sent(d time.Duration, bytesPerSec int64) int64 {
	return int64(d.Seconds() * float64(bytesPerSec))
}
