package tcp

import "swarmsim/sim/netem/stack"

// fillSendBuffer calls App.Sent for the messages that the send buffer has room for. An application
// that waits for that keeps the buffer full, and cannot cancel what is in it. Linux makes the
// buffer twice the packets of the window, counted with their overhead, and asks for more when a
// third of it is free (net/ipv4/tcp_input.c, tcp_sndbuf_expand); it never shrinks. If the
// application closes the connection, Discard sets unbuffered to 0.
func (l *Layer) fillSendBuffer(slot uint32, f *flow) {
	for f.unbuffered != 0 {
		full := f.buffered-f.sndUna > bufferSize(f.maxCwnd) || l.maxUnsent > 0 && f.buffered-f.sndNxt > l.maxUnsent
		if full && !before(f.buffered, f.sndNxt) { // what has been sent was in the buffer
			return
		}
		n := &l.Nodes[f.unbuffered]
		f.buffered += n.Message.Bytes
		f.unbuffered = n.Next
		if n.Message.NotifySent {
			l.scratch = n.Message
			l.App.Sent(stack.ConnID(slot), &l.scratch)
		}
	}
}

// bufferSize is the size of the send buffer in payload bytes, two and a half windows: twice the
// truesize of a packet over its payload (about 1.55), of which five sixths are in use.
func bufferSize(window uint32) uint32 { return window / 2 * 5 }

// onQueued notes message n in the queue, which comes behind message last. Messages from unbuffered
// on stay linked, even those that have been sent. If none waits to be sent, small messages may have
// moved sndNxt on.
func (f *flow) onQueued(nodes []stack.Node, n, last uint32, waiting bool) {
	if f.unbuffered != 0 {
		nodes[last].Next = n
		return
	}
	f.unbuffered = n
	if !waiting {
		f.buffered = f.sndNxt
	}
}
