package netem

import (
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem/stack"
)

// Dial opens a connection. App.Opened is called when it is established, App.DialFailed if
// it is refused or not answered within timeout.
func (h *Host) Dial(to engine.HostID, timeout time.Duration) ConnID {
	slot := h.open(to, stack.Dialing, h.dialWith)
	c := &h.stack.Conns[slot]
	h.stack.Timeouts.Add(stack.Timeout{At: h.stack.Now + timeout, Slot: slot, Key: c.Key, Dial: true})
	c.ControlDue = true
	h.transport.Schedule(slot)
	return ConnID(slot)
}

// timeout handles the first timeout, unless its connection has changed since.
func (h *Host) timeout() {
	t := h.stack.Timeouts.Pop()
	c := &h.stack.Conns[t.Slot]
	switch {
	case c.Key != t.Key:
	case !t.Dial:
		h.transport.Resume(t.Slot)
	case c.State == stack.Dialing:
		h.release(t.Slot)
		h.stack.App.DialFailed(ConnID(t.Slot), c.Remote)
	}
}

// Send queues a message at a connection. The host owns blob from now on.
func (h *Host) Send(id ConnID, m *Message, blob []byte) {
	*h.Compose(id, m.Bytes, m.NotifySent, blob) = *m
}

// Compose queues a message as Send does, and returns it with its Bytes and NotifySent. The
// caller fills in the rest before it calls the host again. The message is built in place:
// to copy a struct that has just been written would stall on store-to-load forwarding.
func (h *Host) Compose(id ConnID, bytes uint32, notify bool, blob []byte) *Message {
	c := &h.stack.Conns[id]
	m := &h.discard
	if c.State == stack.Open {
		m = h.transport.Compose(c, uint32(id), bytes, notify, blob)
	}
	*m = Message{}
	m.Bytes, m.NotifySent = bytes, notify
	return m
}

// Close closes a connection. Messages in its queue are dropped, those in flight arrive.
func (h *Host) Close(id ConnID) {
	slot := uint32(id)
	switch h.stack.Conns[slot].State {
	case stack.Free, stack.Closing:
	case stack.Dialing: // the other end does not know of it, or its SYN-ACK will be refused
		h.release(slot)
	default:
		h.sendFIN(slot)
	}
}

// Remote is the host at the other end of a connection.
func (h *Host) Remote(id ConnID) engine.HostID { return h.stack.Conns[id].Remote }

// RemoteConn is the other end's number for an open connection.
func (h *Host) RemoteConn(id ConnID) ConnID { return ConnID(h.stack.Conns[id].RemoteConn) }

// LastPart is when a part of a message, and not its end, has last arrived on a connection,
// to about a second.
func (h *Host) LastPart(id ConnID) time.Duration { return h.stack.Conns[id].LastPart() }

// open makes a new connection.
func (h *Host) open(remote engine.HostID, state stack.State, t Transport) (slot uint32) {
	slot = h.stack.Alloc(remote, state, t)
	h.transport.Open(slot)
	return slot
}

// sendFIN drops what a connection has to send but its FIN.
func (h *Host) sendFIN(slot uint32) {
	h.transport.Discard(slot)
	c := &h.stack.Conns[slot]
	c.State, c.ControlDue, c.Stalled = stack.Closing, true, false
	h.transport.Schedule(slot)
}

// release frees a connection's slot.
func (h *Host) release(slot uint32) {
	h.transport.Discard(slot)
	h.stack.Free(slot)
}
