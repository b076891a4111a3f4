package netem

import "time"

// timers are the flows that want to be looked at, a binary heap by time. An
// entry whose flow has changed its mind is looked at and put back.
type timers []timer

type timer struct {
	at        time.Duration
	slot, key uint32
}

func (t timer) before(o timer) bool {
	return t.at < o.at || t.at == o.at && t.key < o.key
}

func (t *timers) push(x timer) {
	s := append(*t, x)
	i := len(s) - 1
	for i > 0 && x.before(s[(i-1)/2]) {
		s[i] = s[(i-1)/2]
		i = (i - 1) / 2
	}
	s[i] = x
	*t = s
}

func (t *timers) pop() timer {
	s := *t
	top, x := s[0], s[len(s)-1]
	s = s[:len(s)-1]
	for i := 0; len(s) > 0; {
		child := 2*i + 1
		if child+1 < len(s) && s[child+1].before(s[child]) {
			child++
		}
		if child >= len(s) || !s[child].before(x) {
			s[i] = x
			break
		}
		s[i] = s[child]
		i = child
	}
	*t = s
	return top
}

// wakeAt has the host look at a flow when its next timer is due.
func (h *Host) scheduleTimer(slot uint32, f *flow) {
	if at := f.nextTimer(); at != 0 && (f.wakeAt == 0 || at < f.wakeAt) {
		f.wakeAt = at
		h.timers.push(timer{at, slot, h.Conns[slot].Key})
	}
}

// wake plays the timers of a flow that are due.
func (h *Host) onTimer() {
	t := h.timers.pop()
	c := &h.Conns[t.slot]
	if c.Key != t.key || c.State == Free {
		return
	}
	f := h.flow(t.slot)
	if f.wakeAt != t.at {
		return
	}
	f.wakeAt = 0
	if f.nextTimer() > h.Clock {
		h.scheduleTimer(t.slot, f)
		return
	}
	due := func(at time.Duration) bool { return at != 0 && at <= h.Clock }
	switch {
	case c.State == Dialing:
		if due(f.rtoAt) {
			f.rtoAt, c.ControlDue = 0, true
		}
	case c.State == Open:
		if due(f.delAckAt) {
			f.delAckAt, f.delAckSet = 0, false
			h.ackNow(t.slot)
		}
		if due(f.reorderAt) {
			h.detectLosses(f)
		}
		if due(f.tlpAt) {
			h.sendTailProbe(t.slot, f)
		} else if due(f.rtoAt) {
			h.onRTO(f)
		}
	}
	h.enqueue(&h.Conns[t.slot], t.slot)
}
