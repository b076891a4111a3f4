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
	una, nxt  uint32 // the oldest byte we sent that is not acknowledged, lone messages apart, and the next new one
	pipe      uint32 // bytes believed to be on their way
	missing   uint32 // bytes believed lost and not sent again yet
	beyond    uint32 // bytes that arrived beyond a hole (SACK)
	expected  uint32 // the next byte we receive
	unacked   uint16 // packets received and not acknowledged
	resting   uint16 // acknowledgements of lone messages that wait for company, up to maxAcks
	together  uint16 // bytes of lone messages in the packet of loneAt
	quick     uint8  // packets that have been acknowledged at once, up to quickAcks
	backoff   uint8
	restingAt time.Duration // since when the last of the resting waits
	arrival   time.Duration // at the other end, of what was sent last: the order stays
	loneAt    time.Duration // when a lone message was sent last
	held      bool          // something waits for acknowledgements
	news      bool          // something of use to it was heard since it waits
	recovery  bool
	slowAgain bool // recovery from a timeout: it grows as in slow start
	probed    bool // a tail-loss probe is out
	holes     bool // something arrived beyond expected
	delaying  bool // ackAt is set
	large     bool // what is left of the first message that waits is more than a packet

	// What sending and acknowledgements touch besides, where nothing is lost, comes
	// next: see hotFlow.
	sent                []sentRange // what is between una and nxt, in order, but for lone messages; from first on
	first               int
	wake                time.Duration // when the host will look, 0 for not
	timeoutAt, probeAt  time.Duration // 0 for none
	reorderAt, ackAt    time.Duration // likewise
	newestAt            time.Duration // when the newest packet, lone messages apart, counts as sent
	srtt, rttVar, least time.Duration
	control             controller
	round               uint32 // a round trip ends when this is acknowledged
	peak                uint32 // most bytes on their way in this round and the last
	lastPeak            uint32
	taken               uint32        // up to here the send buffer has taken the stream
	untaken             uint32        // the first message behind that, 0 for none
	widest              uint32        // the window at its best, in bytes
	rackAt              time.Duration // when the newest packet known to have arrived was sent
	rackTrip            time.Duration // how long it took
	rackEnd             uint32        // its end
	recover             uint32        // recovery ends when this is acknowledged
	cubic               cubic         // what control is, but for Ledbat

	ahead     []span    // what arrived beyond expected, in order
	endings   []ending  // messages that ended in it
	reduction reduction // of a recovery under way; not of Ledbat
	recent    uint32    // place of what came last beyond a hole
	waited    uint16    // time in queues of what came last
}

// flow returns the flow of a connection's slot.
func (h *Host) flow(slot uint32) *flow { return &h.flows[slot/slab.Len][slot%slab.Len] }

// sentRange is a packet's worth of stream that is not acknowledged. Of a
// message, only the packet that completes it knows it.
type sentRange struct {
	seq, n  uint32
	node    uint32        // the message that ends here, 0 for none
	at      time.Duration // when it was last sent
	arrived bool          // beyond a hole
	lost    bool
	again   bool // sent again after it was lost
	lone    bool // see Host.lone
	blob    bool // the message has one
}

func (r *sentRange) end() uint32 { return r.seq + r.n }

// onItsWay reports whether the range counts as in flight.
func (r *sentRange) onItsWay() bool { return !r.arrived && (!r.lost || r.again) }

type span struct{ from, to uint32 }

// ending is a message that is here in full, before what precedes it is.
type ending struct {
	at      uint32 // place of its last byte, plus one
	message Message
	blob    uint32
}

// out reports whether something that was sent, lone messages apart, is not
// acknowledged.
func (f *flow) out() bool { return f.pipe|f.missing|f.beyond != 0 }

// before compares two places in a stream.
func before(a, b uint32) bool { return int32(a-b) < 0 }

// reset makes the flow that of a new connection.
func (f *flow) reset(t Transport) {
	*f = flow{sent: f.sent[:0], ahead: f.ahead[:0], endings: f.endings[:0]}
	f.cubic.reno = reno{cwnd: initialWindow, ssthresh: unlimited}
	switch t {
	case Reno:
		f.control = &f.cubic.reno
	case Ledbat:
		f.cubic.cwnd = ledbatInitial
		f.control = &ledbat{reno: &f.cubic.reno}
	default:
		f.control = &f.cubic
	}
	f.widest = uint32(f.cubic.cwnd)
}

// opened starts a flow whose greeting has been answered.
func (f *flow) opened(now time.Duration) {
	if f.backoff <= 1 {
		f.measure(now - f.newestAt)
	}
	f.timeoutAt, f.backoff = 0, 0
}

const (
	minTimeout   = 200 * time.Millisecond // Linux
	firstTimeout = time.Second            // RFC 6298
	maxTimeout   = 120 * time.Second
	delayedAck   = 40 * time.Millisecond // Linux
	restingAck   = time.Second           // how long that of a lone message may stay away
)

// measure takes a round-trip time (RFC 6298).
func (f *flow) measure(rtt time.Duration) {
	if rtt <= 0 {
		return
	}
	if f.least == 0 || rtt < f.least {
		f.least = rtt
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
func (f *flow) stamp(at time.Duration) time.Duration {
	f.newestAt = max(f.newestAt, at)
	return f.newestAt
}

// timeout is how long to wait for an acknowledgement.
func (f *flow) timeout() time.Duration {
	if f.srtt == 0 {
		return min(firstTimeout<<f.backoff, maxTimeout)
	}
	return min((f.srtt+max(4*f.rttVar, minTimeout))<<f.backoff, maxTimeout)
}

// deadline is the earliest of the flow's timers, 0 for none.
func (f *flow) deadline() time.Duration {
	// As a number without a sign, none less one is the latest.
	least := min(uint64(f.timeoutAt)-1, uint64(f.probeAt)-1, uint64(f.reorderAt)-1, uint64(f.ackAt)-1)
	return time.Duration(least + 1)
}

// compact forgets ranges that are acknowledged, soon enough for those that are
// not to stay on the same few cache lines.
func (f *flow) compact() {
	if n := len(f.sent) - f.first; n <= 4 || f.first >= n {
		f.sent = f.sent[:copy(f.sent, f.sent[f.first:])]
		f.first = 0
	}
}

// queued notes a new message for the send buffer, and the last one before it, which
// may have gone already and yet be untaken: the line of those must not break. Where
// none waits to go, lone messages may have gone past.
func (f *flow) queued(nodes []node, n, last uint32, waiting bool) {
	if f.untaken != 0 {
		nodes[last].next = n
		return
	}
	f.untaken = n
	if !waiting {
		f.taken = f.nxt
	}
}

// newRange adds an empty range to what is sent, to be filled in place: a copy of what
// has just been written in parts would wait for the processor.
func (f *flow) newRange() *sentRange {
	if n := len(f.sent); n < cap(f.sent) {
		f.sent = f.sent[:n+1]
	} else {
		f.sent = append(f.sent, sentRange{})
	}
	r := &f.sent[len(f.sent)-1]
	*r = sentRange{}
	return r
}

// split cuts a range at a place inside it, so that its parts can fare
// differently.
func (f *flow) split(i int, at uint32) {
	f.sent = append(f.sent, sentRange{})
	copy(f.sent[i+1:], f.sent[i:])
	a, b := &f.sent[i], &f.sent[i+1]
	a.n, a.node, a.blob = at-a.seq, 0, false
	b.n, b.seq = b.end()-at, at
}
