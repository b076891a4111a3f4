package emulator

import (
	"time"

	"swarmsim/sim/netem/queue"
)

// queueFair puts a packet into the FQ-CoDel queue of its uplink.
func (n *network) queueFair(now time.Duration, from int, p []byte) {
	h := &n.hosts[from]
	before := h.up.fair.Len()
	h.up.fair.Push(flowOf(p), queue.Packet[[]byte]{Size: sizeOf(p), At: now, Payload: p})
	h.upDrops.Add(int64(before + 1 - h.up.fair.Len()))
	if !h.serving {
		n.serveFair(now, from)
	}
}

// serveFair begins to send the next packet of a fair queue.
func (n *network) serveFair(now time.Duration, from int) {
	h := &n.hosts[from]
	before := h.up.fair.Len()
	p, at, ok := h.up.next(now)
	taken := 0
	if ok {
		taken = 1
	}
	h.upDrops.Add(int64(before - taken - h.up.fair.Len())) // by CoDel
	h.serving = ok
	if !ok {
		return
	}
	if to, known := n.route(p); known {
		n.schedule(event{at: at, step: leaves, from: from, to: to, packet: p})
	}
}
