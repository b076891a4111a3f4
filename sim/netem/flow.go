package netem

import (
	"time"

	"swarmsim/slab"
)

// flow is what a connection keeps beyond conn where packets may be lost: TCP's
// and uTP's bookkeeping. Places in the stream are counted modulo 2^32, and
// compared by their difference.
type flow struct {
	// What a lone message touches fills a cache line.
	sndUna, sndNxt uint32 // the oldest byte we sent that is not acknowledged, lone messages apart, and the next new one
	pipe           uint32 // bytes believed to be on their way
	lost           uint32 // bytes believed lost and not sent again yet
	sacked         uint32 // bytes that arrived beyond a hole (SACK)
	rcvNxt         uint32 // the next byte we receive
	unackedPackets uint16 // packets received and not acknowledged
	delayedAcks    uint16 // acknowledgements of lone messages that wait for company, up to maxAcks
	coalesced      uint16 // bytes of lone messages in the packet of loneAt
	quickAcks      uint8  // packets that have been acknowledged at once, up to quickAcks
	backoff        uint8
	delayedSince   time.Duration // since when the last of the resting waits
	lastArrival    time.Duration // at the other end, of what was sent last: the order stays
	smallSentAt    time.Duration // when a lone message was sent last
	cwndBlocked    bool          // something waits for acknowledgements
	unblocked      bool          // something of use to it was heard since it waits
	inRecovery     bool
	rtoRecovery    bool // recovery from a timeout: it grows as in slow start
	tlpSent        bool // a tail-loss probe is out
	hasHole        bool // something arrived beyond expected
	delAckSet      bool // ackAt is set
	headIsLarge    bool // what is left of the first message that waits is more than a packet

	// What sending and acknowledgements touch besides, where nothing is lost, comes
	// next: see hotFlow.
	unacked              []sentRange // what is between una and nxt, in order, but for lone messages; from first on
	firstUnacked         int
	wakeAt               time.Duration // when the host will look, 0 for not
	rtoAt, tlpAt         time.Duration // 0 for none
	reorderAt, delAckAt  time.Duration // likewise
	lastSentAt           time.Duration // when the newest packet, lone messages apart, counts as sent
	srtt, rttVar, minRTT time.Duration
	control              congestionControl
	roundEnd             uint32 // a round trip ends when this is acknowledged
	peakPipe             uint32 // most bytes on their way in this round and the last
	prevPeakPipe         uint32
	buffered             uint32        // up to here the send buffer has taken the stream
	unbuffered           uint32        // the first message behind that, 0 for none
	maxCwnd              uint32        // the window at its best, in bytes
	rackXmitAt           time.Duration // when the newest packet known to have arrived was sent
	rackRTT              time.Duration // how long it took
	rackEndSeq           uint32        // its end
	recoveryPoint        uint32        // recovery ends when this is acknowledged
	cubic                cubic         // what control is, but for Ledbat

	outOfOrder  []seqRange   // what arrived beyond expected, in order
	oooMessages []oooMessage // messages that ended in it
	prr         prr          // of a recovery under way; not of Ledbat
	newestOOO   uint32       // place of what came last beyond a hole
	queueDelay  uint16       // time in queues of what came last
}

// flow returns the flow of a connection's slot.
func (h *Host) flow(slot uint32) *flow { return &h.flows[slot/slab.Len][slot%slab.Len] }

// sentRange is a packet's worth of stream that is not acknowledged. Of a
// message, only the packet that completes it knows it.
type sentRange struct {
	seq, n        uint32
	node          uint32        // the message that ends here, 0 for none
	sentAt        time.Duration // when it was last sent
	sacked        bool          // beyond a hole
	lost          bool
	retransmitted bool // sent again after it was lost
	small         bool // see Host.lone
	hasBlob       bool // the message has one
}

func (r *sentRange) end() uint32 { return r.seq + r.n }

// onItsWay reports whether the range counts as in flight.
func (r *sentRange) inFlight() bool { return !r.sacked && (!r.lost || r.retransmitted) }

type seqRange struct{ from, to uint32 }

// ending is a message that is here in full, before what precedes it is.
type oooMessage struct {
	end     uint32 // place of its last byte, plus one
	message Message
	blob    uint32
}

// out reports whether something that was sent, lone messages apart, is not
// acknowledged.
func (f *flow) hasUnacked() bool { return f.pipe|f.lost|f.sacked != 0 }

// before compares two places in a stream.
func before(a, b uint32) bool { return int32(a-b) < 0 }

// reset makes the flow that of a new connection.
func (f *flow) init(t Transport) {
	*f = flow{unacked: f.unacked[:0], outOfOrder: f.outOfOrder[:0], oooMessages: f.oooMessages[:0]}
	f.cubic.reno = reno{cwnd: initialWindow, ssthresh: unlimited}
	switch t {
	case Reno:
		f.control = &f.cubic.reno
	case Ledbat:
		f.cubic.cwnd = ledbatInitialCwnd
		f.control = &ledbat{reno: &f.cubic.reno}
	default:
		f.control = &f.cubic
	}
	f.maxCwnd = uint32(f.cubic.cwnd)
}

// opened starts a flow whose greeting has been answered.
func (f *flow) onEstablished(now time.Duration) {
	if f.backoff <= 1 {
		f.updateRTT(now - f.lastSentAt)
	}
	f.rtoAt, f.backoff = 0, 0
}

const (
	minRTO          = 200 * time.Millisecond // Linux
	initialRTO      = time.Second            // RFC 6298
	maxRTO          = 120 * time.Second
	delAckTimeout   = 40 * time.Millisecond // Linux
	smallAckTimeout = time.Second           // how long that of a lone message may stay away
)

// measure takes a round-trip time (RFC 6298).
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

// stamp notes when what goes to the uplink now counts as sent: at that time, but not
// before what goes ahead of it.
func (f *flow) sendTime(at time.Duration) time.Duration {
	f.lastSentAt = max(f.lastSentAt, at)
	return f.lastSentAt
}

// timeout is how long to wait for an acknowledgement.
func (f *flow) rto() time.Duration {
	if f.srtt == 0 {
		return min(initialRTO<<f.backoff, maxRTO)
	}
	return min((f.srtt+max(4*f.rttVar, minRTO))<<f.backoff, maxRTO)
}

// deadline is the earliest of the flow's timers, 0 for none.
func (f *flow) nextTimer() time.Duration {
	// As a number without a sign, none less one is the latest.
	least := min(uint64(f.rtoAt)-1, uint64(f.tlpAt)-1, uint64(f.reorderAt)-1, uint64(f.delAckAt)-1)
	return time.Duration(least + 1)
}

// compact forgets ranges that are acknowledged, soon enough for those that are
// not to stay on the same few cache lines.
func (f *flow) dropAcked() {
	if n := len(f.unacked) - f.firstUnacked; n <= 4 || f.firstUnacked >= n {
		f.unacked = f.unacked[:copy(f.unacked, f.unacked[f.firstUnacked:])]
		f.firstUnacked = 0
	}
}

// queued notes a new message for the send buffer, and the last one before it, which
// may have gone already and yet be untaken: the line of those must not break. Where
// none waits to go, lone messages may have gone past.
func (f *flow) onQueued(nodes []Node, n, last uint32, waiting bool) {
	if f.unbuffered != 0 {
		nodes[last].Next = n
		return
	}
	f.unbuffered = n
	if !waiting {
		f.buffered = f.sndNxt
	}
}

// newRange adds an empty range to what is sent, to be filled in place: a copy of what
// has just been written in parts would wait for the processor.
func (f *flow) appendRange() *sentRange {
	if n := len(f.unacked); n < cap(f.unacked) {
		f.unacked = f.unacked[:n+1]
	} else {
		f.unacked = append(f.unacked, sentRange{})
	}
	r := &f.unacked[len(f.unacked)-1]
	*r = sentRange{}
	return r
}

// split cuts a range at a place inside it, so that its parts can fare
// differently.
func (f *flow) splitRange(i int, at uint32) {
	f.unacked = append(f.unacked, sentRange{})
	copy(f.unacked[i+1:], f.unacked[i:])
	a, b := &f.unacked[i], &f.unacked[i+1]
	a.n, a.node, a.hasBlob = at-a.seq, 0, false
	b.n, b.seq = b.end()-at, at
}
