package netem

import "time"

// What a full TCP segment on Ethernet looks like: 1,500 bytes of IP, of which
// 20 are IP's header, 20 TCP's and 12 its timestamps (RFC 9293, RFC 7323).
const (
	maxSegment = 1448
	headers    = 52
	onePacket  = maxSegment + headers
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
	syn               // X and Y: the dialer's slot and key; Z: its host; Flag: the transport
	synAck            // X, Y and Z: the acceptor's
	refuse            // nobody listens
	fin               // the last of a stream
	gone              // it did not get through its receiver's queue
	lone              // data: a lone message
)

// Packet is what one host sends another: a message, or a part of one, of a
// segment, with the acknowledgement it carries.
type Packet struct {
	conn    uint32 // the receiver's slot
	key     uint32 // the receiver's key for it: a slot is used again, a key never
	ack     uint32 // ideal: stream bytes acknowledged; else the next byte expected
	seq     uint32 // place in the stream of the first byte; not used by ideal
	far     uint32 // where a router shall take it: host + 1
	wire    uint16 // bytes on the links
	stream  uint16 // of them, bytes of the stream
	waited  uint16 // time spent in queues, in waitUnits
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

// packets is how many TCP segments the packet stands for.
func (p *Packet) packets() uint32 { return max(1, dataPackets(uint32(p.stream))) }

// waitUnit is the resolution of Packet.waited.
const waitUnit = 100 * time.Microsecond

// addWait notes time spent in a queue, up to 6.5 s.
func (p *Packet) addWait(d time.Duration) {
	p.waited = uint16(min(uint64(p.waited)+uint64(d/waitUnit), 1<<16-1))
}

// sure reports whether the packet is never lost: farewells, refusals and lone
// messages, whose repetition is not modelled.
func (p *Packet) sure() bool { return p.kind == fin || p.kind == refuse || p.kind == lone }

// shorten cuts a packet to what a queue has room for, in whole TCP segments. It
// returns false if nothing is left. Of a packet that stands for several the first
// are lost: in truth they come one by one while the queue is full, and others
// follow, so that the receiver sees the hole at once.
func (p *Packet) shorten(room int64, t *Traffic) bool {
	if int64(p.wire) <= room {
		return true
	}
	acks := max(int64(p.wire)-int64(onWire(uint32(p.stream))), 0) // acknowledgements that travel with it
	kept := uint32(max(room-acks, 0)) / onePacket * maxSegment
	if kept == 0 || kept >= uint32(p.stream) {
		t.drop(p)
		return false
	}
	t.StreamDropped += int64(uint32(p.stream) - kept)
	p.seq += uint32(p.stream) - kept
	p.stream, p.wire = uint16(kept), uint16(int64(onWire(kept))+acks)
	return true
}

// drop counts a packet that a queue or path lost.
func (t *Traffic) drop(p *Packet) { t.StreamDropped += int64(p.stream) }
