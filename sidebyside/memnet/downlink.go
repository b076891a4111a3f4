package memnet

import "time"

// download is the host's downlink: first come, first served.
func (h *Host) download() {
	for {
		s, ok := h.nextIn()
		if !ok {
			return
		}
		time.Sleep(time.Until(s.arrives))
		time.Sleep(s.serialization(h.link.DownBytesPerSec))
		h.deliver(s)
	}
}

// nextIn waits until something is on its way here.
func (h *Host) nextIn() (s segment, ok bool) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	for len(h.arriving) == 0 {
		if h.net.closed {
			return s, false
		}
		h.toReceive.Wait()
	}
	s = h.arriving[0]
	h.arriving = h.arriving[1:]
	return s, true
}

// deliver hands a segment to its connection. The acknowledgement takes the
// latency back and no room on the links.
func (h *Host) deliver(s segment) {
	h.net.mu.Lock()
	defer h.net.mu.Unlock()
	s.to.receive(s)
	if n := len(s.data); n > 0 {
		time.AfterFunc(h.net.Latency, func() { s.to.peer.acknowledged(n) })
	}
}
