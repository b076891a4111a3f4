package backlog

import "time"

// Pace is what a peer measures of one neighbour for the sake of the backlog.
type Pace struct {
	trip  time.Duration // the shortest time from a request to its block
	asked time.Duration // when a request went out with nothing else in flight

	// Bytes of the last second or more.
	start  time.Duration
	bytes  int64
	perSec float64

	depth   int32 // a rule's memory
	settled bool  // likewise: slow start is over
	level   bool  // a second or more has brought less than a quarter more than the one before

	// What follows is for rules that are Counting, and for Smooth.

	grown    bool          // the backlog grew because of those that came together
	together int32         // blocks that came, or will not come, in one pass
	newest   time.Duration // when that began

	// Bytes second by second, since the neighbour unchoked us.
	second   time.Duration // when the present one began
	inSecond int64
	last     int64   // in the one before
	smooth   float64 // a fifth of each second, four fifths of what was
}

// onePass is how long what comes counts as having come in one go. A client that reads
// all that is there, and stores and hashes it, before it looks again finds several
// blocks where a link brings them faster than that. A millisecond is an estimate, not
// a measure; with none at all, only segments and repaired losses would bring blocks
// together, and how many would depend on how coarse segments are.
const onePass = time.Millisecond

// Begin: the neighbour has unchoked us.
func (p *Pace) OnUnchoke(now time.Duration) { p.start, p.bytes = now, 0 }

// Asked: a request goes out while nothing else is in flight.
func (p *Pace) StartRoundTrip(now time.Duration) { p.asked = now }

// Forget: what was asked will not come.
func (p *Pace) CancelRoundTrip() { p.asked = 0 }

// Lost: so many requests ended without a block.
func (p *Pace) OnRequestsLost(now time.Duration, n int) {
	if now-p.newest >= onePass {
		p.newest, p.together, p.grown = now, 0, false
	}
	p.together += int32(n)
}

// Settle: the time of growth is over, whatever the rate does.
func (p *Pace) EndSlowStart() { p.settled = true }

// Received takes a block.
func (p *Pace) OnBlock(now time.Duration, bytes uint32) {
	p.bytes += int64(bytes)
	if took := now - p.start; took >= time.Second {
		was := p.perSec
		p.perSec = float64(p.bytes) / took.Seconds()
		p.level = p.level || p.perSec < 1.25*was
		p.start, p.bytes = now, 0
	}
	if p.asked != 0 {
		if took := now - p.asked; p.trip == 0 || took < p.trip {
			p.trip = took
		}
		p.asked = 0
	}
}

// Count takes the same block as Received, for rules that are Counting and for Smooth.
func (p *Pace) CountArrival(now time.Duration, bytes uint32) {
	p.roll(now)
	if now-p.newest >= onePass {
		p.newest, p.together, p.grown = now, 0, false
	}
	p.together++
	p.inSecond += int64(bytes)
}

// roll lets seconds and half seconds pass.
func (p *Pace) roll(now time.Duration) {
	if p.second == 0 || now-p.second >= 30*time.Second {
		p.second, p.inSecond, p.last, p.smooth = now, 0, 0, 0
		return
	}
	for ; now-p.second >= time.Second; p.second += time.Second {
		p.smooth = float64(p.smooth*4)/5 + float64(p.inSecond)/5
		if p.last > 0 && p.inSecond <= p.last+5000 {
			p.settled = true
		}
		p.last, p.inSecond = p.inSecond, 0
	}
}

// Smooth is the rate of the neighbour in bytes a second, second by second, each
// a fifth of the result: libtorrent's measure.
func (p *Pace) SmoothedRate(now time.Duration) float64 {
	p.roll(now)
	return p.smooth
}
