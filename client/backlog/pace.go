package backlog

import "time"

// Pace is what a peer measures of one neighbour for its request rule, together with what the
// rule remembers of that neighbour. The zero value is that of a neighbour that has just
// connected. Package client calls the methods as things happen; times are since the run began.
type Pace struct {
	roundTrip   time.Duration // the shortest time from a request to its block; 0 for unknown
	requestedAt time.Duration // when a request was sent with no other outstanding; 0 for never

	// The rate over the last second or more.
	windowStart time.Duration
	windowBytes int64
	rate        float64 // bytes per second; 0 for unknown

	depth         int32 // what the rule remembers: its target, or its last batch
	slowStartOver bool  // the smoothed rate has stopped growing
	plateau       bool  // rate has grown by less than a quarter from one window to the next

	// What follows is kept for rules that have NeedsArrivals and for SmoothedRate.

	doubled   bool          // bursts has doubled its target in this pass
	inPass    int32         // requests that ended in this pass
	passStart time.Duration // when it began

	second          time.Duration // when the present second began
	bytesThisSecond int64
	bytesLastSecond int64
	smoothed        float64 // bytes per second: see SmoothedRate
}

// passTime is the length of one pass of aria2's event loop: blocks that arrive within it count as
// arriving together. A client that reads everything the socket holds, and stores and hashes it,
// before it reads again finds several blocks at once where a link delivers them faster than that.
// A millisecond is an estimate, not a measurement. With no such time only segments and repaired
// losses would deliver blocks together, and their number would depend on the segment size.
const passTime = time.Millisecond

// OnUnchoke starts the measurement of the rate: the neighbour has unchoked us.
func (p *Pace) OnUnchoke(now time.Duration) { p.windowStart, p.windowBytes = now, 0 }

// StartRoundTrip starts a measurement of the round trip: a request is sent while no other is
// outstanding.
func (p *Pace) StartRoundTrip(now time.Duration) { p.requestedAt = now }

// CancelRoundTrip ends that measurement without a result: the block will not come.
func (p *Pace) CancelRoundTrip() { p.requestedAt = 0 }

// OnRequestsLost reports that n requests have ended without a block.
func (p *Pace) OnRequestsLost(now time.Duration, n int) {
	p.startPass(now)
	p.inPass += int32(n)
}

// EndSlowStart ends the slow start of the rule slow-start, whatever the rate does.
func (p *Pace) EndSlowStart() { p.slowStartOver = true }

// OnBlock reports a block that the neighbour has sent.
func (p *Pace) OnBlock(now time.Duration, bytes uint32) {
	p.windowBytes += int64(bytes)
	if elapsed := now - p.windowStart; elapsed >= time.Second {
		before := p.rate
		p.rate = float64(p.windowBytes) / elapsed.Seconds()
		p.plateau = p.plateau || p.rate < 1.25*before
		p.windowStart, p.windowBytes = now, 0
	}
	if p.requestedAt != 0 {
		if elapsed := now - p.requestedAt; p.roundTrip == 0 || elapsed < p.roundTrip {
			p.roundTrip = elapsed
		}
		p.requestedAt = 0
	}
}

// CountArrival reports the same block as OnBlock, for rules that have NeedsArrivals and for
// SmoothedRate.
func (p *Pace) CountArrival(now time.Duration, bytes uint32) {
	p.advance(now)
	p.startPass(now)
	p.inPass++
	p.bytesThisSecond += int64(bytes)
}

// startPass starts a new pass if the present one is over.
func (p *Pace) startPass(now time.Duration) {
	if now-p.passStart >= passTime {
		p.passStart, p.inPass, p.doubled = now, 0, false
	}
}

// advance brings the smoothed rate up to date, second by second. After 30 s without a block it
// starts again from nothing.
func (p *Pace) advance(now time.Duration) {
	if p.second == 0 || now-p.second >= 30*time.Second {
		p.second, p.bytesThisSecond, p.bytesLastSecond, p.smoothed = now, 0, 0, 0
		return
	}
	for ; now-p.second >= time.Second; p.second += time.Second {
		p.smoothed = float64(p.smoothed*4)/5 + float64(p.bytesThisSecond)/5
		// Slow start ends when a second brings at most 5 kB more than the one before
		// (libtorrent: peer_connection.cpp, second_tick).
		if p.bytesLastSecond > 0 && p.bytesThisSecond <= p.bytesLastSecond+5000 {
			p.slowStartOver = true
		}
		p.bytesLastSecond, p.bytesThisSecond = p.bytesThisSecond, 0
	}
}

// SmoothedRate returns the neighbour's rate in bytes per second as libtorrent measures it: an
// average in which each second has a weight of a fifth. It counts the blocks reported to
// CountArrival.
func (p *Pace) SmoothedRate(now time.Duration) float64 {
	p.advance(now)
	return p.smoothed
}
