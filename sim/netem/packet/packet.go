package packet

import "time"

// Message is what an application sends on a connection: Bytes of the stream, and words
// that the network does not read.
type Message struct {
	Bytes      uint32
	Kind       uint8
	Flag       uint8
	NotifySent bool // call the sender's App.Sent when the message is sent
	X, Y, Z    uint32
}

// Kind is what a packet does to its connection.
type Kind uint8

const (
	Data Kind = iota
	// SYN opens a connection. X and Y are the dialer's slot and key, Z is its host, Flag
	// its transport, and Bytes is 1 in one that is repeated.
	SYN
	// SYNACK accepts a connection. X, Y and Z are the acceptor's.
	SYNACK
	// RST refuses a connection.
	RST
	// FIN closes a connection.
	FIN
	// Dropped marks an arrival that the receiver's queue dropped.
	Dropped
	// Small is data that is never retransmitted: see sim/netem/tcp, smallmsg.go.
	Small
)

// Packet is what a host sends another: a message, or a part of one, of up to a segment,
// with the acknowledgement it carries. It may stand for several packets of an MTU each.
//
// In an acknowledgement of tcp without data, Message has two SACK blocks, X to Y and Z to
// Bytes. In one of LEDBAT, Z is instead how long the newest packet was queued.
type Packet struct {
	Conn     uint32 // the receiver's slot
	Key      uint32 // the receiver's key for it: slots are reused, keys are not
	Ack      uint32 // ideal: stream bytes acknowledged; tcp: the next byte expected
	Seq      uint32 // tcp: sequence number of the first byte
	FinalDst uint32 // where a router forwards it to: host + 1
	Wire     uint16 // wire bytes
	Bytes    uint16 // stream bytes
	Queued   uint16 // time spent in queues, in units of QueuedUnit
	Kind     Kind
	Whole    bool // Message is complete with this packet
	Message  Message
}

// Size returns the packet's size.
func (p *Packet) Size() Size { return Size{Stream: uint32(p.Bytes), Wire: uint32(p.Wire)} }

// Packets is how many packets of an MTU it stands for, at least one.
func (p *Packet) Packets() uint32 { return max(1, Packets(uint32(p.Bytes))) }

// Lossless reports whether the packet is never lost: FIN, RST and Small, whose
// retransmission is not modelled.
func (p *Packet) Lossless() bool { return p.Kind == FIN || p.Kind == RST || p.Kind == Small }

// Keep cuts the packet to what a queue has accepted of it and returns how many stream
// bytes are dropped. If nothing is left, Wire is 0. The first bytes are dropped: the
// packets arrive one by one while the queue is full, and others follow, so the receiver
// sees the hole at once.
func (p *Packet) Keep(accepted Size) (dropped int64) {
	if accepted.Wire == uint32(p.Wire) {
		return 0
	}
	cut := uint32(p.Bytes) - accepted.Stream
	p.Seq += cut
	p.Bytes, p.Wire = uint16(accepted.Stream), uint16(accepted.Wire)
	return int64(cut)
}

// QueuedUnit is the resolution of Packet.Queued.
const QueuedUnit = 100 * time.Microsecond

// AddQueued adds time spent in a queue, up to 6.5 s in all.
func (p *Packet) AddQueued(d time.Duration) {
	p.Queued = uint16(min(uint64(p.Queued)+uint64(d/QueuedUnit), 1<<16-1))
}
