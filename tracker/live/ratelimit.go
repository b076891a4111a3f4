package live

import (
	"hash/maphash"
	"net/netip"
	"sync/atomic"
	"time"
)

// rateSlots is the number of buckets, 8 bytes each.
const rateSlots = 1 << 18

// rateLimiter limits the requests of each IPv4 address and each IPv6 /64, which one user may have.
// Its memory is fixed: an address has the bucket that a keyed hash gives, which it may share. A
// bucket is the generic cell rate algorithm's theoretical arrival time (ITU-T I.371).
type rateLimiter struct {
	seed      maphash.Seed
	increment time.Duration // the time that one request takes
	tolerance time.Duration // how far ahead of the clock a bucket may be
	slots     []atomic.Int64
}

// newRateLimiter returns a limiter, or nil if there is no limit.
func newRateLimiter(rate float64, burst int) *rateLimiter {
	if rate <= 0 {
		return nil
	}
	increment := max(time.Duration(float64(time.Second)/rate), 1)
	return &rateLimiter{
		seed:      maphash.MakeSeed(),
		increment: increment,
		tolerance: increment * time.Duration(burst),
		slots:     make([]atomic.Int64, rateSlots),
	}
}

// allow reports whether an address may make a request now, and counts it if it may.
func (l *rateLimiter) allow(now time.Duration, ip netip.Addr) bool {
	if l == nil {
		return true
	}
	addr := ip.As16()
	key := addr[:8]
	if ip.Is4() || ip.Is4In6() {
		key = addr[12:]
	}
	slot := &l.slots[maphash.Bytes(l.seed, key)%rateSlots]
	for {
		arrival := slot.Load()
		next := max(arrival, int64(now)) + int64(l.increment)
		if next > int64(now+l.tolerance) {
			return false
		}
		if slot.CompareAndSwap(arrival, next) {
			return true
		}
	}
}
