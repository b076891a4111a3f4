package netem

import "time"

// What a full TCP segment on Ethernet looks like: 1,500 bytes of IP, of which
// 20 are IP's header, 20 TCP's and 12 its timestamps (RFC 9293, RFC 7323).
const (
	maxSegment = 1448
	headers    = 52
)

// Message is what an application hands to a connection: Bytes on the stream,
// and words that the network does not read.
type Message struct {
	Bytes   uint32
	Kind    uint8
	Flag    uint8
	Notify  bool // tell the sender's App.Sent when the message goes out
	X, Y, Z uint32
}

type packetKind uint8

const (
	data   packetKind = iota
	syn               // X and Y: the dialer's slot and key
	synAck            // X and Y: the acceptor's
	refuse            // nobody listens
	fin               // the last of a stream
)

// Packet is what one host sends another: a message, or a part of one, of a
// segment, with the acknowledgement it carries.
type Packet struct {
	conn    uint32 // the receiver's slot
	key     uint32 // the receiver's key for it: a slot is used again, a key never
	wire    uint32 // bytes on the links
	stream  uint32 // of them, bytes of the stream
	ack     uint32 // stream bytes acknowledged
	kind    packetKind
	whole   bool // Message is complete with this packet
	message Message
}

// Message returns the message that the packet completes, if it completes one.
func (p *Packet) Message() (Message, bool) { return p.message, p.whole }

// Stream is how many stream bytes the packet carries.
func (p *Packet) Stream() int { return int(p.stream) }

// onWire is what n bytes of a stream become once cut into TCP segments.
func onWire(n uint32) uint32 { return n + headers*((n+maxSegment-1)/maxSegment) }

// serialization is how long a link of the given rate (bytes a second) takes.
func serialization(bytes uint32, rate int64) time.Duration {
	return time.Duration(int64(bytes) * int64(time.Second) / rate)
}
