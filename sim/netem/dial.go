package netem

import (
	"time"

	"swarmsim/sim/engine"
)

// dial is a connection that nobody has answered yet.
type dial struct {
	deadline  time.Duration
	slot, key uint32
}

// Dial starts a connection; App.Opened or, after timeout at the latest,
// App.DialFailed tells how it went.
func (h *Host) Dial(to engine.HostID, timeout time.Duration) ConnID {
	slot := h.alloc(to, Dialing)
	c := &h.Conns[slot]
	i := len(h.dials)
	h.dials = append(h.dials, dial{})
	for ; i > 0 && h.dials[i-1].deadline > h.Clock+timeout; i-- {
		h.dials[i] = h.dials[i-1]
	}
	h.dials[i] = dial{h.Clock + timeout, slot, c.Key}
	h.setDeadline()
	c.ControlDue = true
	h.enqueue(c, slot)
	return ConnID(slot)
}

// giveUpDial ends the dial that has lasted too long.
func (h *Host) giveUpDial() {
	d := h.dials[0]
	h.dials = h.dials[:copy(h.dials, h.dials[1:])]
	h.setDeadline()
	if c := &h.Conns[d.slot]; c.Key == d.key && c.State == Dialing {
		h.release(d.slot)
		h.App.DialFailed(ConnID(d.slot), h.Conns[d.slot].Remote)
	}
}
