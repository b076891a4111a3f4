package tcp

import (
	"time"

	"swarmsim/sim/netem/packet"
)

// Losses: RACK (RFC 8985) finds those that later packets show, timeouts the others.

// detectLosses deems lost what was sent well before a packet that has arrived (RFC 8985, section
// 6.2), and reports whether anything was. What is not overdue yet sets the reordering timer.
func (l *Layer) detectLosses(f *flow) (found bool) {
	reorderWindow := f.minRTT / 4
	if f.sacked >= dupThresh || f.inRecovery {
		reorderWindow = 0
	}
	f.reorderAt = 0
	for i := f.firstUnacked; i < len(f.unacked); i++ {
		r := &f.unacked[i]
		if !r.inFlight() || r.sentAt > f.rackXmitAt || r.sentAt == f.rackXmitAt && !before(r.end(), f.rackEndSeq) {
			continue
		}
		if due := r.sentAt + f.rackRTT + reorderWindow; due > l.Now {
			if f.reorderAt == 0 || due < f.reorderAt {
				f.reorderAt = due
			}
			continue
		}
		f.markLost(r)
		found = true
	}
	if found && !f.inRecovery {
		f.inRecovery, f.recoveryPoint = true, f.sndNxt
		f.tlpSent, f.tlpAt = false, 0
		f.prr = prr{}
		if _, is := f.control.(*ledbat); !is {
			f.prr = prr{priorCwnd: f.cubic.cwnd, maxPipe: float64(f.pipe) + packet.MSS}
		}
		f.control.onLoss(l.Now)
	}
	return found
}

// markLost counts a range as lost.
func (f *flow) markLost(r *sentRange) {
	r.lost, r.retransmitted = true, false
	f.pipe -= r.n
	f.lost += r.n
	f.unblocked = true
}

// onRTO handles the retransmission timeout: all that is in flight counts as lost (RFC 6298, section
// 5).
func (l *Layer) onRTO(f *flow) {
	f.rtoAt, f.tlpAt, f.reorderAt = 0, 0, 0
	if f.firstUnacked == len(f.unacked) {
		return
	}
	for i := f.firstUnacked; i < len(f.unacked); i++ {
		if r := &f.unacked[i]; r.inFlight() {
			f.markLost(r)
		}
	}
	if f.backoff == 0 || !f.rtoRecovery {
		f.control.onRTO(l.Now)
	}
	f.inRecovery, f.rtoRecovery, f.recoveryPoint = true, true, f.sndNxt
	f.backoff = min(f.backoff+1, 10)
	f.tlpSent = false
	f.rtoAt = l.Now + l.randomizeRTO(f.rto())
}

// randomizeRTO lengthens a timeout by up to a sixteenth, at random. Clocks are exact in a simulation,
// and flows that lost packets together would for ever come back together to the same full queue:
// phase effects, which the noise of real machines prevents (Floyd and Jacobson 1992).
func (l *Layer) randomizeRTO(d time.Duration) time.Duration {
	return d + time.Duration(l.rand.Int64N(int64(d/16)))
}
