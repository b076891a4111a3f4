package backlog

import "time"

// Pace is what a peer measures of one neighbour for its request rule, together with what the
// rule remembers of that neighbour. The zero value is that of a neighbour that has just
// connected. Package client calls the methods as things happen; times are since the run began.
type Pace struct {
	roundTrip   time.Duration // the shortest time from a request to its block; 0 for unknown
	requestedAt time.Duration // start of the round trip that is being measured; 0 if none is

	// The rate over the last second or more.
	windowStart time.Duration
	windowBytes int64
	rate        float64 // bytes per second; 0 for unknown

	ruleState     int32 // belongs to the rule: its target, its last batch, or what it added for growth
	slowStartOver bool  // a second brought at most 5 kB more than the one before, or EndSlowStart was called
	plateau       bool  // rate has grown by less than a quarter from one window to the next

	// What follows is kept for request rules that have NeedsArrivals, and for assignment rules that
	// read SmoothedRate.

	doubled     bool          // the rule bursts has doubled its target in this pass: see passTime
	endedInPass int32         // requests that ended in this pass
	passStart   time.Duration // when it began

	secondStart     time.Duration // when the present second began
	bytesThisSecond int64
	bytesLastSecond int64
	smoothed        float64 // bytes per second: see SmoothedRate
}

// passTime is the length of one pass of aria2's event loop: blocks that arrive within it count as
// arriving together. A client that reads everything the socket holds, and stores and hashes it,
// before it reads again finds several blocks at once if they arrive faster than it handles them.
// A millisecond is an estimate, not a measurement. If a pass took no time, blocks would arrive
// together only where one simulated segment completes several, or a retransmission fills a gap.
const passTime = time.Millisecond

// OnUnchoke starts a new window of the rate: the neighbour has unchoked us. The last rate stays until
// the window ends.
func (p *Pace) OnUnchoke(now time.Duration) { p.windowStart, p.windowBytes = now, 0 }

// StartRoundTrip starts a measurement of the round trip: a request is sent while no other is
// outstanding.
func (p *Pace) StartRoundTrip(now time.Duration) { p.requestedAt = now }

// CancelRoundTrip ends that measurement without a result: the block will not come.
func (p *Pace) CancelRoundTrip() { p.requestedAt = 0 }

// OnRequestsLost reports that n requests have ended without a block.
func (p *Pace) OnRequestsLost(now time.Duration, n int) {
	p.startPass(now)
	p.endedInPass += int32(n)
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
	p.endedInPass++
	p.bytesThisSecond += int64(bytes)
}

// startPass starts a new pass if the present one is over.
func (p *Pace) startPass(now time.Duration) {
	if now-p.passStart >= passTime {
		p.passStart, p.endedInPass, p.doubled = now, 0, false
	}
}

// advance brings the smoothed rate up to date, second by second. If it has not been called for 30 s it
// starts again from nothing.
func (p *Pace) advance(now time.Duration) {
	if p.secondStart == 0 || now-p.secondStart >= 30*time.Second {
		p.secondStart, p.bytesThisSecond, p.bytesLastSecond, p.smoothed = now, 0, 0, 0
		return
	}
	for ; now-p.secondStart >= time.Second; p.secondStart += time.Second {
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
// exponential average, in which the last whole second has a weight of a fifth. It counts the blocks reported to
// CountArrival.
func (p *Pace) SmoothedRate(now time.Duration) float64 {
	p.advance(now)
	return p.smoothed
}
