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

type Kind uint8

const (
	Data    Kind = iota
	SYN          // X and Y: the dialer's slot and key; Z: its host; Flag: the transport
	SYNACK       // X, Y and Z: the acceptor's
	RST          // nobody listens
	FIN          // the last of a stream
	Dropped      // it did not get through its receiver's queue
	Small        // data: a lone message
)

// Packet is what one host sends another: a message, or a part of one, of a
// segment, with the acknowledgement it carries.
type Packet struct {
	Conn     uint32 // the receiver's slot
	Key      uint32 // the receiver's key for it: a slot is used again, a key never
	Ack      uint32 // ideal: stream bytes acknowledged; else the next byte expected
	Seq      uint32 // place in the stream of the first byte; not used by ideal
	FinalDst uint32 // where a router shall take it: host + 1
	Wire     uint16 // bytes on the links
	Bytes    uint16 // of them, bytes of the stream
	Queued   uint16 // time spent in queues, in waitUnits
	Kind     Kind
	Whole    bool // Message is complete with this packet
	Message  Message
}

// packets is how many TCP segments the packet stands for.
func (p *Packet) Packets() uint32 { return max(1, packet.Packets(uint32(p.Bytes))) }

// waitUnit is the resolution of Packet.waited.
const QueuedUnit = 100 * time.Microsecond

// addWait notes time spent in a queue, up to 6.5 s.
func (p *Packet) AddQueued(d time.Duration) {
	p.Queued = uint16(min(uint64(p.Queued)+uint64(d/QueuedUnit), 1<<16-1))
}

// sure reports whether the packet is never lost: farewells, refusals and lone
// messages, whose repetition is not modelled.
func (p *Packet) Lossless() bool { return p.Kind == FIN || p.Kind == RST || p.Kind == Small }

// size is what the packet takes of its stream and of a link.
func (p *Packet) Size() packet.Size {
	return packet.Size{Stream: uint32(p.Bytes), Wire: uint32(p.Wire)}
}

// cut keeps of a packet what a queue had room for, and counts the rest as dropped. It
// reports whether anything is left. Of a packet that stands for several the first are
// dropped: in truth they come one by one while the queue is full, and others follow, so
// the receiver sees the hole at once.
func (p *Packet) Keep(kept packet.Size, t *Traffic) bool {
	if kept.Wire == uint32(p.Wire) {
		return true
	}
	dropped := uint32(p.Bytes) - kept.Stream
	t.StreamDropped += int64(dropped)
	if kept.Wire == 0 {
		return false
	}
	p.Seq += dropped
	p.Bytes, p.Wire = uint16(kept.Stream), uint16(kept.Wire)
	return true
}
