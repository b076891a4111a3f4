package netem

import (
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
)

// ConnID is a host's own number for one of its connections. It is free for
// another one after Closed, DialFailed or Close.
type ConnID uint32

type connState uint8

const (
	free     connState = iota
	dialing            // SYN sent or about to be
	accepted           // SYN answered
	open
	closing  // what is left is to send a FIN
	refusing // what is left is to refuse a SYN
)

// conn is one end of a connection: a cache line, padding included.
type conn struct {
	delay      time.Duration
	remote     engine.HostID
	remoteConn uint32
	remoteKey  uint32
	key        uint32
	head, tail uint32 // queue of messages: nodes, 0 for none
	headSent   uint32 // bytes of the first message already gone
	inFlight   uint32 // stream bytes not acknowledged
	owed       uint32 // stream bytes received, to be acknowledged
	owedAcks   uint32 // half acknowledgement packets that they are worth
	heard      uint32 // when a part of a message came last, shifted by heardGrain
	state      connState
	transport  Transport
	greet      bool // a SYN, SYN-ACK, refusal or FIN is to be sent
	ackNow     bool // an acknowledgement is to be sent, whatever is owed
	ready      bool // stands in the line
	stalled    bool // waits for a split to heal
	inLine     bool // its first message waits in the line itself
	_          [3]byte
}

// heardGrain is the shift by which nanoseconds become units of 2^30 ns, about 1.07 s.
const heardGrain = 30

// node is a message in a host's pool, queued at one of its connections.
type node struct {
	message Message
	blob    uint32
	next    uint32
	_       [4]byte // to half a cache line
}

// ackAt is how many received stream bytes call for an acknowledgement of
// their own: every second full segment (RFC 5681).
const ackAt = 2 * packet.MaxSegment

// hasWork reports whether the uplink should give the connection a turn.
func (c *conn) hasWork(window uint32) bool {
	if c.stalled || c.state == free {
		return false
	}
	return c.head != 0 && c.inFlight < window && c.state == open || c.owed >= ackAt || c.greet || c.ackNow
}

// owe notes received stream bytes: a full segment is worth half an
// acknowledgement, and a lone small one a whole one, sent by the timer of
// delayed acknowledgements.
func (c *conn) owe(stream uint32) {
	c.owed += stream
	if stream >= packet.MaxSegment {
		c.owedAcks += packet.Packets(stream)
	} else {
		c.owedAcks += 2
	}
}

// maxAcks bounds the acknowledgement packets that one event stands for.
const maxAcks = 600

// settle hands out the acknowledgement that is due and what it adds to the
// links beyond the packets that carry it.
func (c *conn) settle(packets uint32) (ack, wire uint32) {
	ack = c.owed
	if acks := (c.owedAcks + 1) / 2; acks > packets {
		wire = packet.Headers * min(acks-packets, maxAcks)
	}
	c.owed, c.owedAcks, c.ackNow = 0, 0, false
	return ack, wire
}
