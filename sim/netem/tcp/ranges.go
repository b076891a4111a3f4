package tcp

import "time"

// sentRange is a packet's or a segment's worth of stream that is not acknowledged. Only the
// range that ends a message knows it.
type sentRange struct {
	seq, n        uint32
	node          uint32        // the message that ends here, 0 for none
	sentAt        time.Duration // when it was last sent
	sacked        bool          // it has arrived beyond a hole
	lost          bool
	retransmitted bool // since it was lost
	small         bool // a small message: see smallmsg.go
	hasBlob       bool // the message has a blob
}

func (r *sentRange) end() uint32 { return r.seq + r.n }

// inFlight reports whether the range counts as in flight.
func (r *sentRange) inFlight() bool { return !r.sacked && (!r.lost || r.retransmitted) }

// appendRange adds an empty range, which the caller fills in. To copy a range that has just been
// written in parts would stall on store-to-load forwarding.
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

// splitRange splits a range at a sequence number inside it.
func (f *flow) splitRange(i int, at uint32) {
	f.unacked = append(f.unacked, sentRange{})
	copy(f.unacked[i+1:], f.unacked[i:])
	a, b := &f.unacked[i], &f.unacked[i+1]
	a.n, a.node, a.hasBlob = at-a.seq, 0, false
	b.n, b.seq = b.end()-at, at
}

// dropAcked forgets ranges that are acknowledged, soon enough for the others to stay on the same
// few cache lines.
func (f *flow) dropAcked() {
	if n := len(f.unacked) - f.firstUnacked; n <= 4 || f.firstUnacked >= n {
		f.unacked = f.unacked[:copy(f.unacked, f.unacked[f.firstUnacked:])]
		f.firstUnacked = 0
	}
}
