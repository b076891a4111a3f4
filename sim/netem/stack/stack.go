package stack

import (
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
)

// Stack is the part of a host that its transport layer works on. What any packet touches
// comes first, in as few cache lines as possible.
type Stack struct {
	Net    *Net
	App    App
	Events *engine.Window[packet.Packet] // of the present window
	Now    time.Duration                 // of the event being played
	UpRate int64                         // of the uplink, in wire bytes per second
	UpFree time.Duration                 // when the uplink has sent what it has been given
	ID     engine.HostID

	keys       uint32
	Timeouts   Timeouts
	TxSchedule TxSchedule
	Conns      []Conn
	Nodes      []Node // Nodes[0] is not used
	FreeNodes  []uint32
	Traffic    Traffic

	freeConns []uint32
	Blobs     Blobs
}

// Alloc finds a slot for a new connection.
func (s *Stack) Alloc(remote engine.HostID, state State, t Transport) (slot uint32) {
	if n := len(s.freeConns); n > 0 {
		slot = s.freeConns[n-1]
		s.freeConns = s.freeConns[:n-1]
	} else {
		slot = uint32(len(s.Conns))
		s.Conns = append(s.Conns, Conn{})
	}
	s.keys++
	c := &s.Conns[slot]
	*c = Conn{
		Remote:    remote,
		Key:       s.keys,
		State:     state,
		Transport: t,
		Delay:     s.Net.Delay(s.ID, remote),
		Scheduled: c.Scheduled, // the slot may still be in TxSchedule from its last use
	}
	return slot
}

// Free makes a slot free, whose queue is empty.
func (s *Stack) Free(slot uint32) {
	s.Conns[slot].State = Free
	s.freeConns = append(s.freeConns, slot)
}

// ControlPacket builds the SYN, SYN-ACK, FIN or RST that is due.
func (s *Stack) ControlPacket(slot uint32) packet.Packet {
	c := &s.Conns[slot]
	c.ControlDue = false
	p := packet.Packet{Conn: c.RemoteConn, Key: c.RemoteKey, Wire: packet.Headers}
	switch c.State {
	case Dialing:
		p.Kind = packet.SYN
		p.Message = packet.Message{X: slot, Y: c.Key, Z: uint32(s.ID), Flag: uint8(c.Transport)}
	case Accepted:
		p.Kind = packet.SYNACK
		p.Message = packet.Message{X: slot, Y: c.Key, Z: uint32(s.ID)}
	case Closing:
		p.Kind = packet.FIN
	case Refusing:
		p.Kind = packet.RST
	}
	return p
}
