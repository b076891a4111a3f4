package netem

import (
	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// receive handles a packet that has come through the downlink.
func (h *Host) receive(p *Packet, blob []byte) {
	s := &h.stack
	if h.isDown {
		countLost(s, p)
		return
	}
	s.Traffic.WireReceived += int64(p.Wire)
	if p.Kind == packet.SYN {
		h.onSYN(p)
		return
	}
	if int(p.Conn) >= len(s.Conns) {
		countLost(s, p)
		return
	}
	c := &s.Conns[p.Conn]
	if c.Key != p.Key || c.State == stack.Free || c.State == stack.Closing && p.Kind != packet.FIN {
		if p.Kind == packet.SYNACK { // the dial has been given up
			h.answer(p, stack.Refusing, h.dialWith)
		}
		countLost(s, p)
		return
	}
	switch p.Kind {
	case packet.SYNACK:
		h.onSYNACK(p)
	case packet.RST:
		h.onRST(p.Conn)
	case packet.FIN:
		h.onFIN(p.Conn)
	case packet.Data, packet.Small:
		h.onData(p, blob)
	}
}

// countLost counts a packet that is not received.
func countLost(s *stack.Stack, p *Packet) {
	s.Traffic.StreamLost += int64(p.Bytes)
	if p.Whole && p.Message.NotifySent {
		s.Traffic.Lost++
	}
}

// onSYN accepts or refuses a connection, unless the SYN is repeated.
func (h *Host) onSYN(p *Packet) {
	switch {
	case h.listening || h.admits(engine.HostID(p.Message.Z)):
		if !h.isRepeated(p) {
			h.answer(p, stack.Accepted, Transport(p.Message.Flag))
		}
	case !h.behindNAT:
		h.answer(p, stack.Refusing, Transport(p.Message.Flag))
	}
}

// answer makes an end for the connection whose other end p names, and sends a SYN-ACK or
// RST.
func (h *Host) answer(p *Packet, state stack.State, t Transport) {
	slot := h.open(engine.HostID(p.Message.Z), state, t)
	c := &h.stack.Conns[slot]
	c.RemoteConn, c.RemoteKey = p.Message.X, p.Message.Y
	c.ControlDue = true
	h.transport.Schedule(slot)
}

// isRepeated reports whether a SYN has arrived before. If the dialer may not have received
// the SYN-ACK, that is sent again.
func (h *Host) isRepeated(p *Packet) bool {
	if p.Message.Bytes == 0 {
		return false
	}
	for slot := range h.stack.Conns {
		c := &h.stack.Conns[slot]
		if c.State == stack.Free || c.Remote != engine.HostID(p.Message.Z) ||
			c.RemoteConn != p.Message.X || c.RemoteKey != p.Message.Y {
			continue
		}
		if c.State == stack.Accepted {
			c.ControlDue = true
			h.transport.Schedule(uint32(slot))
		}
		return true
	}
	return false
}

// onSYNACK establishes a connection that the host has dialed.
func (h *Host) onSYNACK(p *Packet) {
	c := &h.stack.Conns[p.Conn]
	first := c.State != stack.Open
	if first {
		c.RemoteConn, c.RemoteKey = p.Message.X, p.Message.Y
		c.State = stack.Open
	}
	h.transport.Dialed(p.Conn, first)
	if first {
		h.stack.App.Opened(ConnID(p.Conn), c.Remote, true)
	}
}

// onRST ends a dial. It may end an open connection: its first SYN was accepted, and the
// repeated one is refused.
func (h *Host) onRST(slot uint32) {
	c := &h.stack.Conns[slot]
	was, remote := c.State, c.Remote
	h.release(slot)
	switch was {
	case stack.Dialing:
		h.stack.App.DialFailed(ConnID(slot), remote)
	case stack.Open:
		h.stack.App.Closed(ConnID(slot))
	}
}

// onFIN closes a connection that the other end has closed.
func (h *Host) onFIN(slot uint32) {
	was := h.stack.Conns[slot].State
	if was == stack.Closing {
		return
	}
	h.sendFIN(slot)
	if was == stack.Open {
		h.stack.App.Closed(ConnID(slot))
	}
}

// onData handles a packet of an open connection, or one that establishes a connection that
// the host has accepted.
func (h *Host) onData(p *Packet, blob []byte) {
	c := &h.stack.Conns[p.Conn]
	if c.State == stack.Accepted {
		c.State = stack.Open
		h.transport.Established(p.Conn)
		h.stack.App.Opened(ConnID(p.Conn), c.Remote, false)
		if h.stack.Conns[p.Conn].State != stack.Open { // the App has closed it at once
			countLost(&h.stack, p)
			return
		}
	}
	h.transport.Receive(p, blob)
}
