package tcp

import (
	"time"

	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// Acknowledgements that arrive: they show what has arrived, and so the round trip and what
// is lost.

// onAck handles what a packet acknowledges, and reports whether that may allow more to be sent.
func (l *Layer) onAck(slot uint32, f *flow, p *packet.Packet) bool {
	if f.isStaleAck(p) {
		return false
	}
	advanced := before(f.sndUna, p.Ack)
	if !f.hasUnacked() {
		if advanced {
			f.sndUna = p.Ack
		}
		return false
	}
	s := ackSample{now: l.Now, minRTT: f.minRTT}
	flight := f.pipe
	if advanced {
		l.onCumulativeAck(f, p.Ack, &s)
	}
	if p.Bytes == 0 {
		if p.Message.X != p.Message.Y {
			f.onSACK(l.Now, p.Message.X, p.Message.Y, &s)
		}
		if l.Conns[slot].Transport == stack.UTP {
			s.queueDelay = time.Duration(p.Message.Z) * packet.QueuedUnit
		} else if p.Message.Z != p.Message.Bytes {
			f.onSACK(l.Now, p.Message.Z, p.Message.Bytes, &s)
		}
	}
	if s.bytes == 0 {
		if s.smallSACKed {
			l.detectLosses(f)
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
		l.resetTimers(f)
	}
	if s.roundEnded = before(f.roundEnd, p.Ack); s.roundEnded {
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
		lost = l.detectLosses(f)
	}
	if f.inRecovery && !f.rtoRecovery && f.prr.priorCwnd > 0 {
		f.updatePRR(s.bytes, advanced && !lost)
	}
	return true
}

// isStaleAck reports whether a packet acknowledges nothing new, or bytes of another stream.
func (f *flow) isStaleAck(p *packet.Packet) bool {
	return p.Ack == f.sndUna && p.Bytes > 0 || before(f.sndNxt, p.Ack)
}

// isCwndLimited reports whether the window has lately limited the flow. A window that is not filled
// says nothing of the path, and must not grow (RFC 7661).
func (f *flow) isCwndLimited(flight uint32) bool {
	most := float64(max(f.peakPipe, f.prevPeakPipe, flight))
	if w := f.cubic.cwnd; w < f.cubic.ssthresh {
		return w < 2*most
	} else {
		return most+packet.MSS > w
	}
}

// onCumulativeAck marks all up to a sequence number as received.
func (l *Layer) onCumulativeAck(f *flow, to uint32, s *ackSample) {
	for f.firstUnacked < len(f.unacked) && before(f.unacked[f.firstUnacked].seq, to) {
		if r := &f.unacked[f.firstUnacked]; before(to, r.end()) {
			f.splitRange(f.firstUnacked, to)
		}
		r := &f.unacked[f.firstUnacked]
		f.onDelivered(l.Now, r, s)
		if r.sacked {
			f.sacked -= r.n
		}
		switch {
		case r.hasBlob:
			l.FreeNode(r.node)
		case r.node != 0:
			l.FreeNodes = append(l.FreeNodes, r.node)
		}
		f.firstUnacked++
	}
	f.sndUna = to
	f.dropAcked()
}

// onSACK marks a range as received beyond a hole.
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

// onSmallSACK handles the SACK of a small message, for which no range is kept. It was sent after r
// and no later than what follows r. It reports whether it is the newest packet to have arrived.
func (f *flow) onSmallSACK(now time.Duration, r *sentRange, end uint32) bool {
	if r.retransmitted || r.sentAt < f.rackXmitAt || r.sentAt == f.rackXmitAt && !before(f.rackEndSeq, end) {
		return false
	}
	f.rackXmitAt, f.rackEndSeq, f.rackRTT = r.sentAt, end, min(now-r.sentAt, f.srtt)
	return true
}

// onDelivered accounts for a range that has been received, unless that was known.
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
	if r.retransmitted && trip < f.minRTT { // the first transmission has arrived after all
		return
	}
	if r.small { // its acknowledgement may have been delayed
		trip = min(trip, f.srtt)
	} else if !r.retransmitted {
		s.rtt = trip
	}
	if r.sentAt > f.rackXmitAt || r.sentAt == f.rackXmitAt && before(f.rackEndSeq, r.end()) {
		f.rackXmitAt, f.rackEndSeq, f.rackRTT = r.sentAt, r.end(), trip
	}
}
