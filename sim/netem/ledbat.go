package netem

import (
	"time"

	"swarmsim/sim/netem/packet"
)

// ledbat keeps the delay that it adds to a path at 100 ms (BEP 29, RFC 6817):
// it fills what nobody else wants and yields where TCP fills the queue. Its
// slow start, which BEP 29 leaves open, is libutp's; so is how long it remembers
// what the path is like when it is empty.
type ledbat struct {
	*reno // ssthresh is unlimited in slow start, else 0

	base   [13]time.Duration // least delay in each of the last minutes, +1; 0 for none
	minute time.Duration     // when the present one began
	recent [3]time.Duration  // the newest delays
	newest int
}

const (
	ledbatTarget  = 100 * time.Millisecond
	ledbatGain    = 3000 // bytes a round trip at most: libutp's
	ledbatInitial = 2 * packet.MaxSegment
	ledbatLeast   = 2 * packet.MaxSegment
)

func (l *ledbat) acked(s sample) {
	delay := l.delay(s)
	if l.ssthresh > 0 {
		if delay < ledbatTarget*9/10 {
			if s.limited {
				l.cwnd += float64(s.bytes)
			}
			return
		}
		l.ssthresh = 0
	}
	off := float64(ledbatTarget-delay) / float64(ledbatTarget)
	gain := float64(ledbatGain*off) * float64(s.bytes) / max(l.cwnd, float64(s.bytes))
	if gain > 0 && !s.limited {
		return
	}
	l.cwnd = max(l.cwnd+gain, ledbatLeast)
}

// delay is what the path has beyond the least of the last 13 minutes, as in
// libutp: the queue.
// The least of a few samples keeps a late one from counting.
func (l *ledbat) delay(s sample) time.Duration {
	if s.now-l.minute >= time.Minute {
		l.minute = s.now
		copy(l.base[1:], l.base[:])
		l.base[0] = 0
	}
	if l.base[0] == 0 || s.queued+1 < l.base[0] {
		l.base[0] = s.queued + 1
	}
	base := l.base[0]
	for _, b := range l.base[1:] {
		if b != 0 {
			base = min(base, b)
		}
	}
	l.recent[l.newest%len(l.recent)] = s.queued
	l.newest++
	least := s.queued
	for i := range min(l.newest, len(l.recent)) {
		least = min(least, l.recent[i])
	}
	return least + 1 - base
}

func (l *ledbat) lost(time.Duration) {
	l.ssthresh = 0
	l.cwnd = max(l.cwnd/2, ledbatLeast)
}

func (l *ledbat) timeout(time.Duration) { l.ssthresh, l.cwnd = unlimited, ledbatLeast }

func (l *ledbat) idle(int) {}
