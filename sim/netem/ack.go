package netem

import (
	"time"

	"swarmsim/sim/netem/packet"
)

// What an acknowledgement tells the sender: what arrived, so how fast the path
// is and what it lost. Losses are found by RACK (RFC 8985): what was sent well
// before something that has arrived, and has not arrived itself, is lost.

// acked takes what a packet says of our stream, and reports whether that is news.
func (h *Host) onAck(slot uint32, f *flow, t *Packet) bool {
	if f.isStaleAck(t) {
		return false
	}
	advanced := before(f.sndUna, t.Ack)
	if !f.hasUnacked() {
		if advanced {
			f.sndUna = t.Ack
		}
		return false
	}
	s := ackSample{now: h.Clock, minRTT: f.minRTT}
	flight := f.pipe
	if advanced {
		h.onCumulativeAck(f, t.Ack, &s)
	}
	if t.Bytes == 0 {
		if t.Message.X != t.Message.Y {
			f.onSACK(h.Clock, t.Message.X, t.Message.Y, &s)
		}
		if h.Conns[slot].Transport == Ledbat {
			s.queueDelay = time.Duration(t.Message.Z) * QueuedUnit
		} else if t.Message.Z != t.Message.Bytes {
			f.onSACK(h.Clock, t.Message.Z, t.Message.Bytes, &s)
		}
	}
	if s.bytes == 0 {
		if s.smallSACKed {
			h.detectLosses(f)
			f.unblocked = true
		}
		return s.smallSACKed
	}
	f.unblocked = true
	if s.rtt > 0 {
		f.updateRTT(s.rtt)
		s.minRTT = f.minRTT
	}
	if advanced {
		f.backoff, f.tlpSent = 0, false
		h.resetTimers(f)
	}
	if s.roundEnded = before(f.roundEnd, t.Ack); s.roundEnded {
		f.roundEnd, f.prevPeakPipe, f.peakPipe = f.sndNxt, f.peakPipe, f.pipe
	}
	s.cwndLimited = f.isCwndLimited(flight)
	if f.inRecovery && !before(f.sndUna, f.recoveryPoint) {
		f.inRecovery, f.rtoRecovery = false, false
	}
	if !f.inRecovery || f.rtoRecovery {
		f.control.onAck(s)
		f.maxCwnd = max(f.maxCwnd, uint32(f.cubic.cwnd))
	}
	lost := false
	if f.sacked > 0 || f.inRecovery {
		lost = h.detectLosses(f)
	}
	if f.inRecovery && !f.rtoRecovery && f.prr.priorCwnd > 0 {
		f.updatePRR(s.bytes, advanced && !lost)
	}
	return true
}

// saysNothing reports whether what a packet acknowledges is nothing new, or not of this
// stream.
func (f *flow) isStaleAck(t *Packet) bool {
	return t.Ack == f.sndUna && t.Bytes > 0 || before(f.sndNxt, t.Ack)
}

// limited reports whether the window has held the flow back lately: a window that
// nobody fills says nothing of the path (RFC 7661).
func (f *flow) isCwndLimited(flight uint32) bool {
	most := float64(max(f.peakPipe, f.prevPeakPipe, flight))
	if w := f.cubic.cwnd; w < f.cubic.ssthresh {
		return w < 2*most
	} else {
		return most+packet.MaxSegment > w
	}
}

// advance takes all up to a place as received.
func (h *Host) onCumulativeAck(f *flow, to uint32, s *ackSample) {
	for f.firstUnacked < len(f.unacked) && before(f.unacked[f.firstUnacked].seq, to) {
		if r := &f.unacked[f.firstUnacked]; before(to, r.end()) {
			f.splitRange(f.firstUnacked, to)
		}
		r := &f.unacked[f.firstUnacked]
		f.onDelivered(h.Clock, r, s)
		if r.sacked {
			f.sacked -= r.n
		}
		switch {
		case r.hasBlob:
			h.FreeMessage(r.node)
		case r.node != 0:
			h.freeNodes = append(h.freeNodes, r.node)
		}
		f.firstUnacked++
	}
	f.sndUna = to
	f.dropAcked()
}

// mark takes what is between two places as received beyond a hole.
func (f *flow) onSACK(now time.Duration, from, to uint32, s *ackSample) {
	if before(to, from) || before(f.sndNxt, to) {
		return
	}
	i := f.firstUnacked
	for ; i < len(f.unacked) && before(f.unacked[i].seq, to); i++ {
		r := &f.unacked[i]
		if !before(from, r.end()) || r.sacked {
			continue
		}
		if before(r.seq, from) {
			f.splitRange(i, from)
			continue
		}
		if before(to, r.end()) {
			f.splitRange(i, to)
			r = &f.unacked[i]
		}
		f.onDelivered(now, r, s)
		r.sacked = true
		f.sacked += r.n
	}
	if i > f.firstUnacked && before(f.unacked[i-1].end(), to) {
		s.smallSACKed = f.onSmallSACK(now, &f.unacked[i-1], to) || s.smallSACKed
	}
}

// passed: a lone message, which ends there, has arrived; it was sent after a range,
// and no later than what followed it.
func (f *flow) onSmallSACK(now time.Duration, r *sentRange, end uint32) bool {
	if r.retransmitted || r.sentAt < f.rackXmitAt || r.sentAt == f.rackXmitAt && !before(f.rackEndSeq, end) {
		return false
	}
	f.rackXmitAt, f.rackEndSeq, f.rackRTT = r.sentAt, end, min(now-r.sentAt, f.srtt)
	return true
}

// arrived accounts for a range that has been received, if that was not known.
func (f *flow) onDelivered(now time.Duration, r *sentRange, s *ackSample) {
	if r.sacked {
		return
	}
	s.bytes += r.n
	if r.inFlight() {
		f.pipe -= r.n
	} else {
		f.lost -= r.n
	}
	trip := now - r.sentAt
	if r.retransmitted && trip < f.minRTT { // the first one arrived after all
		return
	}
	if r.small { // its acknowledgement may have waited for company
		trip = min(trip, f.srtt)
	} else if !r.retransmitted {
		s.rtt = trip
	}
	if r.sentAt > f.rackXmitAt || r.sentAt == f.rackXmitAt && before(f.rackEndSeq, r.end()) {
		f.rackXmitAt, f.rackEndSeq, f.rackRTT = r.sentAt, r.end(), trip
	}
}

// findLosses calls lost what should have arrived by now, and reports whether there
// was any.
func (h *Host) detectLosses(f *flow) (found bool) {
	patience := f.minRTT / 4
	if f.sacked >= dupThresh || f.inRecovery {
		patience = 0
	}
	f.reorderAt = 0
	for i := f.firstUnacked; i < len(f.unacked); i++ {
		r := &f.unacked[i]
		if !r.inFlight() || r.sentAt > f.rackXmitAt || r.sentAt == f.rackXmitAt && !before(r.end(), f.rackEndSeq) {
			continue
		}
		if due := r.sentAt + f.rackRTT + patience; due > h.Clock {
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
			f.prr = prr{priorCwnd: f.cubic.cwnd, maxPipe: float64(f.pipe) + packet.MaxSegment}
		}
		f.control.onLoss(h.Clock)
	}
	return found
}

// lose takes a range off what is on its way.
func (f *flow) markLost(r *sentRange) {
	r.lost, r.retransmitted = true, false
	f.pipe -= r.n
	f.lost += r.n
	f.unblocked = true
}

// timedOut: nothing came back for so long that all is taken as lost.
func (h *Host) onRTO(f *flow) {
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
		f.control.onRTO(h.Clock)
	}
	f.inRecovery, f.rtoRecovery, f.recoveryPoint = true, true, f.sndNxt
	f.backoff = min(f.backoff+1, 10)
	f.tlpSent = false
	f.rtoAt = h.Clock + h.randomizeRTO(f.rto())
}

// uneven makes a timeout up to a sixteenth longer, by chance. In a simulation
// all clocks are exact, and flows that lost packets together would come back
// together into the same full queue for ever: phase effects, which the noise of
// real machines breaks up (Floyd and Jacobson 1992).
func (h *Host) randomizeRTO(d time.Duration) time.Duration {
	return d + time.Duration(h.rand.Int64N(int64(d/16)))
}

// rearm sets the timers anew after news of the path: the timeout, and before it
// a probe of the tail (RFC 8985), whose answer shows what the tail lost. Where
// the timeout would come first the probe takes its place, as in RFC 8985, 7.2.
func (h *Host) resetTimers(f *flow) {
	f.rtoAt, f.tlpAt = 0, 0
	if f.firstUnacked == len(f.unacked) {
		f.reorderAt = 0
		return
	}
	now, wait := max(h.Clock, f.lastSentAt), time.Duration(0)
	if f.unacked[f.firstUnacked].small && f.unacked[len(f.unacked)-1].small {
		wait = smallAckTimeout
	}
	f.rtoAt = now + wait + f.rto()
	if f.inRecovery || f.sacked > 0 || f.tlpSent || f.srtt == 0 {
		return
	}
	wait += 2 * f.srtt
	if f.pipe <= packet.MaxSegment { // its acknowledgement may be delayed
		wait += minRTO
	}
	f.tlpAt = min(now+wait, f.rtoAt)
}
