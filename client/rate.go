package client

import "time"

// rateWindow is how far back a rate looks: 20 s, as in mainline 4.x.
const rateWindow = 20 * time.Second

// rate estimates bytes per second over the last 20 s, as mainline's Measure
// does: an average since a moment that is pulled along. The products are
// rounded one by one so that no machine fuses them into another result.
type rate struct {
	perSec float64
	last   time.Duration
	since  time.Duration
	total  int64
}

func newRate(now time.Duration) rate { return rate{last: now, since: now - time.Second} }

func (r *rate) add(now time.Duration, bytes uint32) {
	r.total += int64(bytes)
	past := float64(r.perSec * (r.last - r.since).Seconds())
	r.perSec = (past + float64(bytes)) / (now - r.since).Seconds()
	r.last = now
	r.since = max(r.since, now-rateWindow)
}

// at is the rate at that time; silence lowers it.
func (r *rate) at(now time.Duration) float64 {
	if r.perSec == 0 {
		return 0
	}
	past := float64(r.perSec * (r.last - r.since).Seconds())
	return past / (now - r.since).Seconds()
}
