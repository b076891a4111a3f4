package memnet

import "time"

// upload is the host's uplink: it sends a segment of each connection in the send queue in turn.
func (h *Host) upload() {
	for {
		s, from, ok := h.nextToSend()
		if !ok {
			return
		}
		time.Sleep(s.serialization(h.link.UpBytesPerSec))
		h.propagate(s, from)
	}
}

// nextToSend waits for a segment to send. It reports false when the network is closed.
func (h *Host) nextToSend() (s segment, from *conn, ok bool) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	for {
		for len(h.sendQueue) == 0 {
			if h.net.closed {
				return s, nil, false
			}
			h.canSend.Wait()
		}
		from = h.sendQueue[0]
		h.sendQueue = h.sendQueue[1:]
		from.queued = false
		if from.canSendSegment() {
			return from.nextSegment(), from, true
		}
	}
}

// propagate puts a serialized segment on its path and lets the connection send the next one.
func (h *Host) propagate(s segment, from *conn) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	s.arrives = time.Now().Add(h.net.Latency)
	to := s.to.host
	// All paths have the same latency, so segments arrive in the order in which they leave.
	to.arriving = append(to.arriving, s)
	to.canReceive.Signal()
	from.sending = false
	from.changed.Broadcast()
	h.enqueue(from)
}

// enqueue appends a connection to the send queue, if it can send a segment and is not queued.
func (h *Host) enqueue(c *conn) {
	if !c.queued && c.canSendSegment() {
		c.queued = true
		h.sendQueue = append(h.sendQueue, c)
		h.canSend.Signal()
	}
}
