package netem

import (
	"time"

	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// What users of the package need of the packages below it.
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
	Ideal  = stack.Ideal
	Cubic  = stack.Cubic
	Reno   = stack.Reno
	Ledbat = stack.Ledbat
)

// transportLayer is a host's ideal.Layer or tcp.Layer.
type transportLayer interface {
	// Init is called for a new connection.
	Init(slot uint32)
	// Dialed is called for each SYN-ACK of a connection that the host has dialed.
	Dialed(slot uint32, first bool)
	// Established is called for the first packet of a connection that the host has accepted.
	Established(slot uint32)
	// Compose queues a message at an open connection. The caller fills it in.
	Compose(c *stack.Conn, slot, bytes uint32, notify bool, blob []byte) *packet.Message
	// Receive handles a data packet of an open connection.
	Receive(p *packet.Packet, blob []byte)
	// Queue lets a connection send what it has to send: a control packet, an
	// acknowledgement or data.
	Queue(slot uint32)
	// Resume is called when a timeout that the layer has set expires.
	Resume(slot uint32)
	// Drop forgets all that a connection has to send.
	Drop(slot uint32)

	// Next is when Play is to be called, or engine.Never.
	Next() time.Duration
	Play()
	// Flush is called after each event of the host if connections are in TxQueue.
	Flush()
}
