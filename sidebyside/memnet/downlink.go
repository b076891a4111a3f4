package memnet

import "time"

// download is the host's downlink: a FIFO queue.
func (h *Host) download() {
	for {
		s, ok := h.nextArrival()
		if !ok {
			return
		}
		time.Sleep(time.Until(s.arrives))
		time.Sleep(s.serialization(h.link.DownBytesPerSec))
		h.deliver(s)
	}
}

// nextArrival waits until a segment is on its way to this host. It reports false when the network is
// closed.
func (h *Host) nextArrival() (s segment, ok bool) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	for len(h.arriving) == 0 {
		if h.net.closed {
			return s, false
		}
		h.canReceive.Wait()
	}
	s = h.arriving[0]
	h.arriving = h.arriving[1:]
	return s, true
}

// deliver passes a segment to its connection. The acknowledgement arrives after the latency and takes
// no link capacity.
func (h *Host) deliver(s segment) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	s.to.receive(s)
	if n := len(s.data); n > 0 {
		time.AfterFunc(h.net.Latency, func() { s.to.peer.onAck(n) })
	}
}
