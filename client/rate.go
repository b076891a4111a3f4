package client

import "time"

// rateWindow is the time over which a rate is averaged: 20 s, as in mainline 4.x.
const rateWindow = 20 * time.Second

// rate estimates a transfer rate like mainline 4.x (CurrentRateMeasure.py: Measure): the average
// since a moment that is at most rateWindow before the last block. The product of rate and time is
// converted to float64, so that no compiler fuses it with the addition that follows.
type rate struct {
	bytesPerSec float64       // at the time of the last block
	last        time.Duration // of the last block
	since       time.Duration // the average begins here
	total       int64         // bytes of all blocks
}

// newRate returns a rate of 0. The average begins a second early, so that the first blocks do not
// give a rate that is far too high.
func newRate(now time.Duration) rate { return rate{last: now, since: now - time.Second} }

// add counts bytes that are transferred now.
func (r *rate) add(now time.Duration, bytes uint32) {
	r.total += int64(bytes)
	past := float64(r.bytesPerSec * (r.last - r.since).Seconds())
	r.bytesPerSec = (past + float64(bytes)) / (now - r.since).Seconds()
	r.last = now
	r.since = max(r.since, now-rateWindow)
}

// at returns the rate in bytes per second at a time after the last block. It falls while nothing is
// transferred.
func (r *rate) at(now time.Duration) float64 {
	if r.bytesPerSec == 0 {
		return 0
	}
	past := float64(r.bytesPerSec * (r.last - r.since).Seconds())
	return past / (now - r.since).Seconds()
}
