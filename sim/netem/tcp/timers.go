package tcp

import (
	"time"

	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// timers is a binary heap, by time, of the flows with a timer. An entry is looked at when it is
// due, and put back if its flow's timer is later by then.
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

// scheduleTimer adds an entry for a flow's next timer, if it is earlier than the entry that it has.
func (l *Layer) scheduleTimer(slot uint32, f *flow) {
	if at := f.nextTimer(); at != 0 && (f.wakeAt == 0 || at < f.wakeAt) {
		f.wakeAt = at
		l.timers.push(timer{at, slot, l.Conns[slot].Key})
	}
}

// onTimer handles the first entry: it plays those timers of its flow that are due.
func (l *Layer) onTimer() {
	t := l.timers.pop()
	c := &l.Conns[t.slot]
	if c.Key != t.key || c.State == stack.Free {
		return
	}
	f := l.flow(t.slot)
	if f.wakeAt != t.at {
		return
	}
	f.wakeAt = 0
	if f.nextTimer() > l.Now {
		l.scheduleTimer(t.slot, f)
		return
	}
	due := func(at time.Duration) bool { return at != 0 && at <= l.Now }
	switch {
	case c.State == stack.Dialing:
		if due(f.rtoAt) {
			f.rtoAt, c.ControlDue = 0, true
		}
	case c.State == stack.Open:
		if due(f.delAckAt) {
			f.delAckAt, f.delAckSet = 0, false
			l.Conns[t.slot].AckDue = true
		}
		if due(f.reorderAt) {
			l.detectLosses(f)
		}
		if due(f.tlpAt) {
			l.sendTailProbe(t.slot, f)
		} else if due(f.rtoAt) {
			l.onRTO(f)
		}
	}
	l.Schedule(t.slot)
}

// resetTimers sets the retransmission timeout, and before it the tail-loss probe (RFC 8985, section
// 7.2), whose answer shows what was lost at the tail. If the timeout comes first, the probe takes
// its place.
func (l *Layer) resetTimers(f *flow) {
	f.rtoAt, f.tlpAt = 0, 0
	if f.firstUnacked == len(f.unacked) {
		f.reorderAt = 0
		return
	}
	now, wait := max(l.Now, f.lastSentAt), time.Duration(0)
	if f.unacked[f.firstUnacked].small && f.unacked[len(f.unacked)-1].small {
		wait = smallAckTimeout
	}
	f.rtoAt = now + wait + f.rto()
	if f.inRecovery || f.sacked > 0 || f.tlpSent || f.srtt == 0 {
		return
	}
	wait += 2 * f.srtt
	if f.pipe <= packet.MSS { // its acknowledgement may be delayed
		wait += minRTO
	}
	f.tlpAt = min(now+wait, f.rtoAt)
}
