package netem

import (
	"time"

	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// What users of the package need from stack and packet.
type (
	App       = stack.App
	ConnID    = stack.ConnID
	Net       = stack.Net
	Split     = stack.Split
	Traffic   = stack.Traffic
	Transport = stack.Transport
	Message   = packet.Message
	Packet    = packet.Packet
)

const (
	Ideal    = stack.Ideal
	TCPCubic = stack.TCPCubic
	TCPReno  = stack.TCPReno
	UTP      = stack.UTP
)

// transportLayer is a host's ideal.Layer or tcp.Layer.
type transportLayer interface {
	// Open is called for a new connection.
	Open(slot uint32)
	// Dialed is called for each SYN-ACK of a connection that the host has dialed.
	Dialed(slot uint32, first bool)
	// Established is called for the first packet of a connection that the host has accepted.
	Established(slot uint32)
	// Compose appends a message to the send queue of an open connection, or sends it at once. The
	// caller fills it in.
	Compose(c *stack.Conn, slot, bytes uint32, notify bool, blob []byte) *packet.Message
	// Receive handles a data packet of an open connection.
	Receive(p *packet.Packet, blob []byte)
	// Schedule lets a connection send what it has to send: a control packet, an
	// acknowledgement or data.
	Schedule(slot uint32)
	// Resume is called when a timeout that the layer has set expires.
	Resume(slot uint32)
	// Discard empties the send queue of a connection.
	Discard(slot uint32)

	// NextEventAt returns when RunNext is to be called, or engine.Never.
	NextEventAt() time.Duration
	// RunNext runs the layer's next event: the uplink is free, or a timer expires.
	RunNext()
	// Flush is called after each event of the host if connections are in TxSchedule.
	Flush()
}
