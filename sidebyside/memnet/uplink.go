package memnet

import "time"

// upload is the host's uplink: it serves the connections in the line in turn, a
// segment each.
func (h *Host) upload() {
	for {
		s, from, ok := h.nextOut()
		if !ok {
			return
		}
		time.Sleep(s.serialization(h.link.UpBytesPerSec))
		h.pass(s, from)
	}
}

// nextOut waits for something to send and takes it.
func (h *Host) nextOut() (s segment, from *conn, ok bool) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	for {
		for len(h.line) == 0 {
			if h.net.closed {
				return s, nil, false
			}
			h.toSend.Wait()
		}
		from = h.line[0]
		h.line = h.line[1:]
		from.inLine = false
		if from.hasWork() {
			return from.take(), from, true
		}
	}
}

// pass hands a segment that has left to the path and lets its connection go on.
func (h *Host) pass(s segment, from *conn) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	s.arrives = time.Now().Add(h.net.Latency)
	to := s.to.host
	// All paths take the same time, so what leaves later arrives later.
	to.arriving = append(to.arriving, s)
	to.toReceive.Signal()
	from.leaving = false
	from.changed.Broadcast()
	h.enqueue(from)
}

// enqueue gives a connection that has something to send a place in the line.
func (h *Host) enqueue(c *conn) {
	if !c.inLine && c.hasWork() {
		c.inLine = true
		h.line = append(h.line, c)
		h.toSend.Signal()
	}
}
