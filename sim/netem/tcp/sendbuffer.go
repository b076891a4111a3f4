package tcp

import "swarmsim/sim/netem/stack"

// fillSendBuffer moves queued messages into the send buffer while it has room, and calls App.Sent for
// those with NotifySent. The application then queues its next block, so that the buffer stays full; a
// block in it can no longer be cancelled. Linux sizes the buffer for twice the packets of the largest
// window so far, and never shrinks it (net/ipv4/tcp_input.c: tcp_sndbuf_expand).
func (l *Layer) fillSendBuffer(slot uint32, f *flow) {
	for f.firstUnbuffered != 0 {
		full := f.bufferedEnd-f.sndUna > meanBuffered(f.maxCwnd) || l.maxUnsent > 0 && f.bufferedEnd-f.sndNxt > l.maxUnsent
		if full && !before(f.bufferedEnd, f.sndNxt) { // what has been sent was in the buffer
			return
		}
		n := &l.Nodes[f.firstUnbuffered]
		f.bufferedEnd += n.Message.Bytes
		f.firstUnbuffered = n.Next
		if n.Message.NotifySent {
			l.scratch = n.Message
			// If the application closes the connection, Discard ends the loop.
			l.App.Sent(stack.ConnID(slot), &l.scratch)
		}
	}
}

// meanBuffered returns how many payload bytes the send buffer holds on average: two and a half windows.
// It is sized for two windows of packets with 1.55 times the memory that their payload takes, and its
// fill moves between two thirds of that, where Linux wakes the application
// (net/core/stream.c: sk_stream_write_space), and all of it: 2 x 1.55 x 5/6.
func meanBuffered(window uint32) uint32 { return window / 2 * 5 }

// onQueued records that message n is about to be appended to the send queue, behind message last. All
// messages from firstUnbuffered on must be linked, also to one that has been sent already, which
// Append would not link. If the queue was empty, small messages sent on their own may have moved
// sndNxt past bufferedEnd.
func (f *flow) onQueued(nodes []stack.Node, n, last uint32, queued bool) {
	if f.firstUnbuffered != 0 {
		nodes[last].Next = n
		return
	}
	f.firstUnbuffered = n
	if !queued {
		f.bufferedEnd = f.sndNxt
	}
}
