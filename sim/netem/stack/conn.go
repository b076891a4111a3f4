package stack

import (
	"time"

	"swarmsim/sim/engine"
)

// State is the state of a connection.
type State uint8

const (
	Free     State = iota
	Dialing        // a SYN is sent or due
	Accepted       // a SYN has been answered, nothing has arrived since
	Open
	Closing  // a FIN is due
	Refusing // an RST is due
)

// Conn is one end of a connection. It takes a cache line, padding included.
type Conn struct {
	Delay      time.Duration
	Remote     engine.HostID
	RemoteConn uint32
	RemoteKey  uint32
	Key        uint32
	Head, Tail uint32 // the send queue: nodes of the messages that wait to be sent, 0 for none
	HeadSent   uint32 // bytes of the first of them that are sent

	// Of ideal.
	InFlight     uint32 // stream bytes sent and not acknowledged
	UnackedBytes uint32 // stream bytes received and not acknowledged
	HalfAcks     uint32 // acknowledgement packets that they call for, times two

	lastPart   uint32 // when a part of a message arrived last, shifted by lastPartShift
	State      State
	Transport  Transport
	ControlDue bool // a SYN, SYN-ACK, FIN or RST is to be sent
	AckDue     bool // an acknowledgement is to be sent at once
	Scheduled  bool // is in TxSchedule
	Stalled    bool // waits for a split to end; of ideal
	InTxSlot   bool // its first message is in TxSchedule itself; of ideal
	_          [3]byte
}

// lastPartShift turns nanoseconds into units of 2^30 ns, about 1.07 s.
const lastPartShift = 30

// PartArrived notes that a part of a message, and not its end, has arrived.
func (c *Conn) PartArrived(now time.Duration) { c.lastPart = uint32(now >> lastPartShift) }

// LastPart is when PartArrived was called last, to about a second.
func (c *Conn) LastPart() time.Duration { return time.Duration(c.lastPart) << lastPartShift }
