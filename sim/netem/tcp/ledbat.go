package tcp

import (
	"time"

	"swarmsim/sim/netem/packet"
)

// ledbat keeps the delay that it adds to a path at 100 ms (BEP 29, RFC 6817): it uses the
// bandwidth that others leave, and yields where TCP fills the queue. Slow start, which BEP
// 29 does not specify, and how long the base delay is remembered are libutp's.
type ledbat struct {
	*reno // ssthresh is unlimited in slow start, else 0

	baseDelays    [13]time.Duration // smallest delay in each of the last minutes, plus 1; 0 for none
	minuteStart   time.Duration     // of baseDelays[0]
	currentDelays [3]time.Duration  // the newest delays
	samples       int
}

const (
	ledbatTarget      = 100 * time.Millisecond
	ledbatGain        = 3000 // bytes per round trip, at most (libutp: MAX_CWND_INCREASE_BYTES_PER_RTT)
	ledbatInitialCwnd = 2 * packet.MSS
	ledbatMinCwnd     = 2 * packet.MSS
)

func (l *ledbat) onAck(s ackSample) {
	delay := l.queuingDelay(s)
	if l.ssthresh > 0 {
		if delay < ledbatTarget*9/10 {
			if s.cwndLimited {
				l.cwnd += float64(s.bytes)
			}
			return
		}
		l.ssthresh = 0
	}
	offTarget := float64(ledbatTarget-delay) / float64(ledbatTarget)
	gain := float64(ledbatGain*offTarget) * float64(s.bytes) / max(l.cwnd, float64(s.bytes))
	if gain > 0 && !s.cwndLimited {
		return
	}
	l.cwnd = max(l.cwnd+gain, ledbatMinCwnd)
}

// queuingDelay is the delay beyond the base delay, which is the smallest of the last 13 minutes. The
// smallest of a few samples keeps a late one from counting.
func (l *ledbat) queuingDelay(s ackSample) time.Duration {
	if s.now-l.minuteStart >= time.Minute {
		l.minuteStart = s.now
		copy(l.baseDelays[1:], l.baseDelays[:])
		l.baseDelays[0] = 0
	}
	if l.baseDelays[0] == 0 || s.queueDelay+1 < l.baseDelays[0] {
		l.baseDelays[0] = s.queueDelay + 1
	}
	base := l.baseDelays[0]
	for _, b := range l.baseDelays[1:] {
		if b != 0 {
			base = min(base, b)
		}
	}
	l.currentDelays[l.samples%len(l.currentDelays)] = s.queueDelay
	l.samples++
	least := s.queueDelay
	for i := range min(l.samples, len(l.currentDelays)) {
		least = min(least, l.currentDelays[i])
	}
	return least + 1 - base
}

func (l *ledbat) onLoss(time.Duration) {
	l.ssthresh = 0
	l.cwnd = max(l.cwnd/2, ledbatMinCwnd)
}

func (l *ledbat) onRTO(time.Duration) { l.ssthresh, l.cwnd = unlimited, ledbatMinCwnd }

func (l *ledbat) onIdle(int) {}
