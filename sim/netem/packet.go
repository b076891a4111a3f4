package netem

import (
	"time"

	"swarmsim/sim/netem/packet"
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

// packets is how many TCP segments the packet stands for.
func (p *Packet) packets() uint32 { return max(1, packet.Packets(uint32(p.stream))) }

// waitUnit is the resolution of Packet.waited.
const waitUnit = 100 * time.Microsecond

// addWait notes time spent in a queue, up to 6.5 s.
func (p *Packet) addWait(d time.Duration) {
	p.waited = uint16(min(uint64(p.waited)+uint64(d/waitUnit), 1<<16-1))
}

// sure reports whether the packet is never lost: farewells, refusals and lone
// messages, whose repetition is not modelled.
func (p *Packet) sure() bool { return p.kind == fin || p.kind == refuse || p.kind == lone }

// size is what the packet takes of its stream and of a link.
func (p *Packet) size() packet.Size {
	return packet.Size{Stream: uint32(p.stream), Wire: uint32(p.wire)}
}

// cut keeps of a packet what a queue had room for, and counts the rest as dropped. It
// reports whether anything is left. Of a packet that stands for several the first are
// dropped: in truth they come one by one while the queue is full, and others follow, so
// the receiver sees the hole at once.
func (p *Packet) cut(kept packet.Size, t *Traffic) bool {
	if kept.Wire == uint32(p.wire) {
		return true
	}
	dropped := uint32(p.stream) - kept.Stream
	t.StreamDropped += int64(dropped)
	if kept.Wire == 0 {
		return false
	}
	p.seq += dropped
	p.stream, p.wire = uint16(kept.Stream), uint16(kept.Wire)
	return true
}
