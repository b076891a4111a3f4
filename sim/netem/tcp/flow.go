package tcp

import (
	"time"

	"swarmsim/sim/netem/stack"
)

// flow is what a connection keeps beyond stack.Conn. Sequence numbers are counted modulo
// 2^32, and compared by their difference. SND.UNA, SND.NXT and RCV.NXT are those of RFC
// 9293, pipe is that of RFC 6675.
type flow struct {
	// A small message touches these, which fill a cache line.
	sndUna           uint32        // oldest byte sent and not acknowledged, small messages apart
	sndNxt           uint32        // next new byte
	pipe             uint32        // bytes estimated to be in flight
	lost             uint32        // bytes deemed lost and not retransmitted
	sacked           uint32        // bytes that have arrived beyond a hole
	rcvNxt           uint32        // next byte to receive
	ackOwedPackets   uint16        // packets received and not acknowledged
	delayedAcks      uint16        // delayed acknowledgements of small messages, up to maxAcks
	coalesced        uint16        // bytes of small messages in the packet sent at smallSentAt
	quickAcks        uint8         // packets that have been acknowledged at once, up to maxQuickAcks
	backoff          uint8         // timeouts in a row
	delayedSince     time.Duration // when the newest of delayedAcks began to wait
	lastArrival      time.Duration // when what was sent last arrives: packets never overtake each other
	smallSentAt      time.Duration // when a small message was sent last
	cwndBlocked      bool          // messages wait for the window
	unblocked        bool          // since then an acknowledgement or a loss has changed what may be sent
	inRecovery       bool          // since a loss, until recoveryPoint is acknowledged
	rtoRecovery      bool          // the recovery follows a timeout: the window grows
	tlpSent          bool          // a tail-loss probe has been sent
	hasHole          bool          // something has arrived beyond rcvNxt
	delAckSet        bool          // delAckAt is set
	headSpansPackets bool          // what is left of the first message in the queue is more than a packet

	// Sending and acknowledgements touch these besides, as long as nothing is lost: see
	// hotFlowLines.
	unacked              []sentRange // from sndUna to sndNxt, in order, small messages apart; from firstUnacked on
	firstUnacked         int
	wakeAt               time.Duration // when its entry in Layer.timers is due, 0 for none
	rtoAt, tlpAt         time.Duration // timeout and tail-loss probe, 0 for none
	reorderAt, delAckAt  time.Duration // reordering timer and delayed acknowledgement, 0 for none
	lastSentAt           time.Duration // when the newest packet counts as sent, small messages apart
	srtt, rttVar, minRTT time.Duration
	control              congestionControl
	roundEnd             uint32        // a round trip ends when this is acknowledged
	peakPipe             uint32        // largest pipe in this round trip
	prevPeakPipe         uint32        // and in the last
	bufferedEnd          uint32        // the send buffer holds the stream up to here
	firstUnbuffered      uint32        // the first message behind buffered, 0 for none
	maxCwnd              uint32        // the largest window so far
	rackXmitAt           time.Duration // RACK.xmit_ts: when the newest packet known to have arrived was sent
	rackRTT              time.Duration // RACK.rtt: its round trip
	rackEndSeq           uint32        // RACK.end_seq: its end
	recoveryPoint        uint32        // the recovery ends when this is acknowledged
	cubic                cubic         // control points into it

	outOfOrder  []seqRange   // what has arrived beyond rcvNxt, in order
	oooMessages []oooMessage // messages that end in it
	prr         prr          // of a recovery; not of uTP
	newestOOO   uint32       // where the newest packet in outOfOrder begins
	queueDelay  uint16       // time that the newest packet was queued, in packet.QueuedUnit
}

// before reports whether a comes before b in the sequence space.
func before(a, b uint32) bool { return int32(a-b) < 0 }

// init starts the flow of a new connection.
func (f *flow) init(t stack.Transport) {
	*f = flow{unacked: f.unacked[:0], outOfOrder: f.outOfOrder[:0], oooMessages: f.oooMessages[:0]}
	f.cubic.reno = reno{cwnd: initialWindow, ssthresh: unlimited}
	switch t {
	case stack.TCPReno:
		f.control = &f.cubic.reno
	case stack.UTP:
		f.cubic.cwnd = ledbatInitialCwnd
		f.control = &ledbat{reno: &f.cubic.reno}
	default:
		f.control = &f.cubic
	}
	f.maxCwnd = uint32(f.cubic.cwnd)
}

// onEstablished is called when a SYN or SYN-ACK has been answered. It gives a round trip
// unless it was repeated.
func (f *flow) onEstablished(now time.Duration) {
	if f.backoff <= 1 {
		f.updateRTT(now - f.lastSentAt)
	}
	f.rtoAt, f.backoff = 0, 0
}

// hasUnacked reports whether something is sent and not acknowledged, small messages apart.
func (f *flow) hasUnacked() bool { return f.pipe|f.lost|f.sacked != 0 }

// Timeouts: Linux's, or the RFC's.
const (
	minRTO          = 200 * time.Millisecond // Linux: of the deviations' part
	initialRTO      = time.Second            // RFC 6298, section 2.1
	maxRTO          = 120 * time.Second      // Linux: TCP_RTO_MAX
	delAckTimeout   = 40 * time.Millisecond  // Linux: TCP_DELACK_MIN
	smallAckTimeout = time.Second            // the longest that the acknowledgement of a small message waits
)

// updateRTT takes a sample of the round-trip time (RFC 6298, section 2).
func (f *flow) updateRTT(rtt time.Duration) {
	if rtt <= 0 {
		return
	}
	if f.minRTT == 0 || rtt < f.minRTT {
		f.minRTT = rtt
	}
	if f.srtt == 0 {
		f.srtt, f.rttVar = rtt, rtt/2
		return
	}
	diff := f.srtt - rtt
	if diff < 0 {
		diff = -diff
	}
	f.rttVar += (diff - f.rttVar) / 4
	f.srtt += (rtt - f.srtt) / 8
}

// rto is the retransmission timeout.
func (f *flow) rto() time.Duration {
	if f.srtt == 0 {
		return min(initialRTO<<f.backoff, maxRTO)
	}
	return min((f.srtt+max(4*f.rttVar, minRTO))<<f.backoff, maxRTO)
}

// sendTime returns when a packet that goes to the uplink counts as sent: at that time, but not
// before the packet ahead of it.
func (f *flow) sendTime(at time.Duration) time.Duration {
	f.lastSentAt = max(f.lastSentAt, at)
	return f.lastSentAt
}

// nextTimer is the earliest of the flow's timers, 0 for none.
func (f *flow) nextTimer() time.Duration {
	// 0 becomes the latest time: 0 - 1 is the largest unsigned number.
	least := min(uint64(f.rtoAt)-1, uint64(f.tlpAt)-1, uint64(f.reorderAt)-1, uint64(f.delAckAt)-1)
	return time.Duration(least + 1)
}
