package netem

import (
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
)

// ConnID is a host's own number for one of its connections. It is free for
// another one after Closed, DialFailed or Close.
type ConnID uint32

type State uint8

const (
	Free     State = iota
	Dialing        // SYN sent or about to be
	Accepted       // SYN answered
	Open
	Closing  // what is left is to send a FIN
	Refusing // what is left is to refuse a SYN
)

// conn is one end of a connection: a cache line, padding included.
type Conn struct {
	Delay        time.Duration
	Remote       engine.HostID
	RemoteConn   uint32
	RemoteKey    uint32
	Key          uint32
	Head, Tail   uint32 // queue of messages: nodes, 0 for none
	HeadSent     uint32 // bytes of the first message already gone
	InFlight     uint32 // stream bytes not acknowledged
	UnackedBytes uint32 // stream bytes received, to be acknowledged
	HalfAcks     uint32 // half acknowledgement packets that they are worth
	LastPart     uint32 // when a part of a message came last, shifted by heardGrain
	State        State
	Transport    Transport
	ControlDue   bool // a SYN, SYN-ACK, refusal or FIN is to be sent
	AckDue       bool // an acknowledgement is to be sent, whatever is owed
	Queued       bool // stands in the line
	Stalled      bool // waits for a split to heal
	InTxQueue    bool // its first message waits in the line itself
	_            [3]byte
}

// heardGrain is the shift by which nanoseconds become units of 2^30 ns, about 1.07 s.
const lastPartShift = 30

// node is a message in a host's pool, queued at one of its connections.
type Node struct {
	Message Message
	Blob    uint32
	Next    uint32
	_       [4]byte // to half a cache line
}

// ackAt is how many received stream bytes call for an acknowledgement of
// their own: every second full segment (RFC 5681).
const ackAt = 2 * packet.MaxSegment

// hasWork reports whether the uplink should give the connection a turn.
func (c *Conn) hasWork(window uint32) bool {
	if c.Stalled || c.State == Free {
		return false
	}
	return c.Head != 0 && c.InFlight < window && c.State == Open || c.UnackedBytes >= ackAt || c.ControlDue || c.AckDue
}

// owe notes received stream bytes: a full segment is worth half an
// acknowledgement, and a lone small one a whole one, sent by the timer of
// delayed acknowledgements.
func (c *Conn) owe(stream uint32) {
	c.UnackedBytes += stream
	if stream >= packet.MaxSegment {
		c.HalfAcks += packet.Packets(stream)
	} else {
		c.HalfAcks += 2
	}
}

// maxAcks bounds the acknowledgement packets that one event stands for.
const MaxAcks = 600

// settle hands out the acknowledgement that is due and what it adds to the
// links beyond the packets that carry it.
func (c *Conn) settle(packets uint32) (ack, wire uint32) {
	ack = c.UnackedBytes
	if acks := (c.HalfAcks + 1) / 2; acks > packets {
		wire = packet.Headers * min(acks-packets, MaxAcks)
	}
	c.UnackedBytes, c.HalfAcks, c.AckDue = 0, 0, false
	return ack, wire
}
