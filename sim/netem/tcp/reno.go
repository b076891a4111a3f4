package tcp

import (
	"time"

	"swarmsim/sim/netem/packet"
)

// reno is the congestion control of RFC 5681: slow start until a loss, then a segment per
// round trip, and half the window after a loss. Bytes are counted (RFC 3465).
type reno struct {
	cwnd, ssthresh float64 // in bytes
}

func (r *reno) onAck(s ackSample) {
	if !s.cwndLimited {
		return
	}
	if left := r.slowStart(s.bytes); left > 0 {
		r.cwnd += float64(packet.MSS*left) / r.cwnd
	}
}

// slowStart grows the window up to the threshold, and returns the acknowledged bytes that are left
// for congestion avoidance.
func (r *reno) slowStart(bytes uint32) float64 {
	if r.cwnd >= r.ssthresh {
		return float64(bytes)
	}
	grown := min(r.cwnd+float64(bytes), r.ssthresh)
	left := float64(bytes) - (grown - r.cwnd)
	r.cwnd = grown
	return left
}

func (r *reno) onLoss(time.Duration) { r.reduce(0.5) }

func (r *reno) reduce(to float64) {
	r.ssthresh = max(r.cwnd*to, 2*packet.MSS)
	r.cwnd = r.ssthresh
}

func (r *reno) onRTO(now time.Duration) {
	r.onLoss(now)
	r.cwnd = packet.MSS
}

// onIdle halves the window for each timeout, down to the initial one: what was known of the path is
// out of date (RFC 2861).
func (r *reno) onIdle(timeouts int) {
	r.ssthresh = max(r.ssthresh, 0.75*r.cwnd)
	for ; timeouts > 0 && r.cwnd > initialWindow; timeouts-- {
		r.cwnd = max(r.cwnd/2, initialWindow)
	}
}
