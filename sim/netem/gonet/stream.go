package gonet

import (
	"swarmsim/sim/netem"
	"swarmsim/sim/netem/packet"
)

// sendBuffer is how many bytes a connection holds that the transport has not taken: Linux's
// smallest (net.ipv4.tcp_wmem's second number). The transport has a send buffer of its own beside
// it, which grows with the window.
const sendBuffer = 16 << 10

// finBytes is what a FIN takes of the sequence space (RFC 9293, section 3.4).
const finBytes = 1

// kindFIN is the Message.Kind of the end of a stream.
const kindFIN = 1

// outgoing is the sending direction of a connection.
type outgoing struct {
	writing    bool   // a Write is in progress
	unbuffered []byte // the rest of its bytes
	buffer     []byte // the send buffer
	queued     int    // stream bytes given to the transport, for which it has not called Sent
	sent       uint64 // stream bytes given to the transport, FIN apart
	stalled    bool   // the receiver's window is full
	closing    bool   // a FIN follows what is buffered
	finSent    bool
	reset      bool // SO_LINGER with 0 seconds
}

// incoming is the receiving direction.
type incoming struct {
	parts  [][]byte // received and not read, in order
	unread int      // their bytes
	read   uint64   // bytes that have been read
	eof    bool     // a FIN has arrived
}

// fill moves bytes of a Write into the send buffer, and reports whether any.
func (o *outgoing) fill() bool {
	n := min(sendBuffer-len(o.buffer), len(o.unbuffered))
	if n <= 0 {
		return false
	}
	o.buffer = append(o.buffer, o.unbuffered[:n]...)
	o.unbuffered = o.unbuffered[n:]
	return true
}

// advance gives the transport what it can take. It is called while the host is played.
func (c *Conn) advance() {
	o := &c.out
	if c.aborted || c.closed && o.reset && !o.finSent {
		c.detach()
		return
	}
	if !c.attached || c.err != nil {
		return
	}
	for len(o.buffer) > 0 && c.out.queued < c.segment() {
		n := min(c.nextPart(), c.windowRoom())
		if n <= 0 {
			o.stalled = true
			return
		}
		c.send(n)
	}
	if o.closing && !o.finSent && len(o.buffer) == 0 && len(o.unbuffered) == 0 {
		o.finSent = true
		o.queued += finBytes
		c.host.host.Send(c.id, &netem.Message{Bytes: finBytes, Kind: kindFIN, NotifySent: true}, nil)
	}
}

// segment is how many bytes of the stream a message has at most.
func (c *Conn) segment() int { return int(c.host.network.net.Segment) }

// nextPart is how many bytes the next message has. A message may exceed the segment by 1/64, as in
// sim/netem/stack, so that a block and its header are one.
func (c *Conn) nextPart() int {
	n, segment := len(c.out.buffer)+len(c.out.unbuffered), c.segment()
	if n > segment && (segment <= packet.MSS || n > segment+segment/64) {
		return segment
	}
	return n
}

// windowRoom is how many bytes the receiver has room for.
func (c *Conn) windowRoom() int {
	read := uint64(0)
	if c.peer != nil {
		read = c.peer.in.read
	}
	return int(c.host.network.net.Window) - int(c.out.sent-read)
}

// send gives the transport a message of n bytes.
func (c *Conn) send(n int) {
	o := &c.out
	part := make([]byte, n)
	k := copy(part, o.buffer)
	o.buffer = o.buffer[:copy(o.buffer, o.buffer[k:])]
	k = copy(part[k:], o.unbuffered)
	o.unbuffered = o.unbuffered[k:]
	o.fill()
	o.queued += n
	o.sent += uint64(n)
	c.changed.Broadcast()
	c.host.host.Send(c.id, &netem.Message{Bytes: uint32(n), NotifySent: true}, part)
}

// receive takes a message from the transport.
func (c *Conn) receive(m *netem.Message, part []byte) {
	switch {
	case m.Kind == kindFIN:
		c.in.eof = true
		c.changed.Broadcast()
		if c.out.finSent && c.peer != nil && c.peer.in.eof {
			c.detach()
		}
	case c.closed || c.err != nil:
		c.detach() // it will not be read: a reset
	default:
		c.in.parts = append(c.in.parts, part)
		c.in.unread += len(part)
		c.changed.Broadcast()
	}
}

// detach closes the connection at once.
func (c *Conn) detach() {
	if c.attached {
		c.attached = false
		delete(c.host.conns, c.id)
		c.host.host.Close(c.id)
	}
}

// take copies received bytes to p. The caller holds the mutex.
func (c *Conn) take(p []byte) (n int) {
	in := &c.in
	for n < len(p) && len(in.parts) > 0 {
		k := copy(p[n:], in.parts[0])
		n += k
		if in.parts[0] = in.parts[0][k:]; len(in.parts[0]) == 0 {
			in.parts[0] = nil
			in.parts = in.parts[1:]
		}
	}
	in.unread -= n
	in.read += uint64(n)
	// As in RFC 9293, section 3.8.6.2.2, the window opens when half of it is free.
	if c.peer != nil && c.peer.out.stalled && in.unread <= int(c.host.network.net.Window)/2 {
		c.peer.out.stalled = false
		c.peer.activate()
	}
	return n
}
