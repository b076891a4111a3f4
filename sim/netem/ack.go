package netem

import (
	"time"

	"swarmsim/sim/netem/packet"
)

// What an acknowledgement tells the sender: what arrived, so how fast the path
// is and what it lost. Losses are found by RACK (RFC 8985): what was sent well
// before something that has arrived, and has not arrived itself, is lost.

// acked takes what a packet says of our stream, and reports whether that is news.
func (h *Host) acked(slot uint32, f *flow, t *Packet) bool {
	if f.saysNothing(t) {
		return false
	}
	advanced := before(f.una, t.ack)
	if !f.out() {
		if advanced {
			f.una = t.ack
		}
		return false
	}
	s := sample{now: h.now, least: f.least}
	flight := f.pipe
	if advanced {
		h.advance(f, t.ack, &s)
	}
	if t.stream == 0 {
		if t.message.X != t.message.Y {
			f.mark(h.now, t.message.X, t.message.Y, &s)
		}
		if h.conns[slot].transport == Ledbat {
			s.queued = time.Duration(t.message.Z) * waitUnit
		} else if t.message.Z != t.message.Bytes {
			f.mark(h.now, t.message.Z, t.message.Bytes, &s)
		}
	}
	if s.bytes == 0 {
		if s.passed {
			h.findLosses(f)
			f.news = true
		}
		return s.passed
	}
	f.news = true
	if s.rtt > 0 {
		f.measure(s.rtt)
		s.least = f.least
	}
	if advanced {
		f.backoff, f.probed = 0, false
		h.rearm(f)
	}
	if s.round = before(f.round, t.ack); s.round {
		f.round, f.lastPeak, f.peak = f.nxt, f.peak, f.pipe
	}
	s.limited = f.limited(flight)
	if f.recovery && !before(f.una, f.recover) {
		f.recovery, f.slowAgain = false, false
	}
	if !f.recovery || f.slowAgain {
		f.control.acked(s)
		f.widest = max(f.widest, uint32(f.cubic.cwnd))
	}
	lost := false
	if f.beyond > 0 || f.recovery {
		lost = h.findLosses(f)
	}
	if f.recovery && !f.slowAgain && f.reduction.prior > 0 {
		f.reduce(s.bytes, advanced && !lost)
	}
	return true
}

// saysNothing reports whether what a packet acknowledges is nothing new, or not of this
// stream.
func (f *flow) saysNothing(t *Packet) bool {
	return t.ack == f.una && t.stream > 0 || before(f.nxt, t.ack)
}

// limited reports whether the window has held the flow back lately: a window that
// nobody fills says nothing of the path (RFC 7661).
func (f *flow) limited(flight uint32) bool {
	most := float64(max(f.peak, f.lastPeak, flight))
	if w := f.cubic.cwnd; w < f.cubic.ssthresh {
		return w < 2*most
	} else {
		return most+packet.MaxSegment > w
	}
}

// advance takes all up to a place as received.
func (h *Host) advance(f *flow, to uint32, s *sample) {
	for f.first < len(f.sent) && before(f.sent[f.first].seq, to) {
		if r := &f.sent[f.first]; before(to, r.end()) {
			f.split(f.first, to)
		}
		r := &f.sent[f.first]
		f.arrived(h.now, r, s)
		if r.arrived {
			f.beyond -= r.n
		}
		switch {
		case r.blob:
			h.freeMessage(r.node)
		case r.node != 0:
			h.freeNode = append(h.freeNode, r.node)
		}
		f.first++
	}
	f.una = to
	f.compact()
}

// mark takes what is between two places as received beyond a hole.
func (f *flow) mark(now time.Duration, from, to uint32, s *sample) {
	if before(to, from) || before(f.nxt, to) {
		return
	}
	i := f.first
	for ; i < len(f.sent) && before(f.sent[i].seq, to); i++ {
		r := &f.sent[i]
		if !before(from, r.end()) || r.arrived {
			continue
		}
		if before(r.seq, from) {
			f.split(i, from)
			continue
		}
		if before(to, r.end()) {
			f.split(i, to)
			r = &f.sent[i]
		}
		f.arrived(now, r, s)
		r.arrived = true
		f.beyond += r.n
	}
	if i > f.first && before(f.sent[i-1].end(), to) {
		s.passed = f.passed(now, &f.sent[i-1], to) || s.passed
	}
}

// passed: a lone message, which ends there, has arrived; it was sent after a range,
// and no later than what followed it.
func (f *flow) passed(now time.Duration, r *sentRange, end uint32) bool {
	if r.again || r.at < f.rackAt || r.at == f.rackAt && !before(f.rackEnd, end) {
		return false
	}
	f.rackAt, f.rackEnd, f.rackTrip = r.at, end, min(now-r.at, f.srtt)
	return true
}

// arrived accounts for a range that has been received, if that was not known.
func (f *flow) arrived(now time.Duration, r *sentRange, s *sample) {
	if r.arrived {
		return
	}
	s.bytes += r.n
	if r.onItsWay() {
		f.pipe -= r.n
	} else {
		f.missing -= r.n
	}
	trip := now - r.at
	if r.again && trip < f.least { // the first one arrived after all
		return
	}
	if r.lone { // its acknowledgement may have waited for company
		trip = min(trip, f.srtt)
	} else if !r.again {
		s.rtt = trip
	}
	if r.at > f.rackAt || r.at == f.rackAt && before(f.rackEnd, r.end()) {
		f.rackAt, f.rackEnd, f.rackTrip = r.at, r.end(), trip
	}
}

// findLosses calls lost what should have arrived by now, and reports whether there
// was any.
func (h *Host) findLosses(f *flow) (found bool) {
	patience := f.least / 4
	if f.beyond >= dupThresh || f.recovery {
		patience = 0
	}
	f.reorderAt = 0
	for i := f.first; i < len(f.sent); i++ {
		r := &f.sent[i]
		if !r.onItsWay() || r.at > f.rackAt || r.at == f.rackAt && !before(r.end(), f.rackEnd) {
			continue
		}
		if due := r.at + f.rackTrip + patience; due > h.now {
			if f.reorderAt == 0 || due < f.reorderAt {
				f.reorderAt = due
			}
			continue
		}
		f.lose(r)
		found = true
	}
	if found && !f.recovery {
		f.recovery, f.recover = true, f.nxt
		f.probed, f.probeAt = false, 0
		f.reduction = reduction{}
		if _, is := f.control.(*ledbat); !is {
			f.reduction = reduction{prior: f.cubic.cwnd, most: float64(f.pipe) + packet.MaxSegment}
		}
		f.control.lost(h.now)
	}
	return found
}

// lose takes a range off what is on its way.
func (f *flow) lose(r *sentRange) {
	r.lost, r.again = true, false
	f.pipe -= r.n
	f.missing += r.n
	f.news = true
}

// timedOut: nothing came back for so long that all is taken as lost.
func (h *Host) timedOut(f *flow) {
	f.timeoutAt, f.probeAt, f.reorderAt = 0, 0, 0
	if f.first == len(f.sent) {
		return
	}
	for i := f.first; i < len(f.sent); i++ {
		if r := &f.sent[i]; r.onItsWay() {
			f.lose(r)
		}
	}
	if f.backoff == 0 || !f.slowAgain {
		f.control.timeout(h.now)
	}
	f.recovery, f.slowAgain, f.recover = true, true, f.nxt
	f.backoff = min(f.backoff+1, 10)
	f.probed = false
	f.timeoutAt = h.now + h.uneven(f.timeout())
}

// uneven makes a timeout up to a sixteenth longer, by chance. In a simulation
// all clocks are exact, and flows that lost packets together would come back
// together into the same full queue for ever: phase effects, which the noise of
// real machines breaks up (Floyd and Jacobson 1992).
func (h *Host) uneven(d time.Duration) time.Duration {
	return d + time.Duration(h.rand.Int64N(int64(d/16)))
}

// rearm sets the timers anew after news of the path: the timeout, and before it
// a probe of the tail (RFC 8985), whose answer shows what the tail lost. Where
// the timeout would come first the probe takes its place, as in RFC 8985, 7.2.
func (h *Host) rearm(f *flow) {
	f.timeoutAt, f.probeAt = 0, 0
	if f.first == len(f.sent) {
		f.reorderAt = 0
		return
	}
	now, wait := max(h.now, f.newestAt), time.Duration(0)
	if f.sent[f.first].lone && f.sent[len(f.sent)-1].lone {
		wait = restingAck
	}
	f.timeoutAt = now + wait + f.timeout()
	if f.recovery || f.beyond > 0 || f.probed || f.srtt == 0 {
		return
	}
	wait += 2 * f.srtt
	if f.pipe <= packet.MaxSegment { // its acknowledgement may be delayed
		wait += minTimeout
	}
	f.probeAt = min(now+wait, f.timeoutAt)
}
