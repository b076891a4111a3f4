package live

import (
	"context"

	"golang.org/x/time/rate"
)

// limiter limits a rate in bytes per second over all connections of a session.
type limiter struct{ bucket *rate.Limiter }

// burstTime is how long a limiter may be idle and make up for it: a fifth of a second.
const burstShare = 5

// newLimiter returns a limiter; without a limit for 0.
func newLimiter(bytesPerSecond int64) limiter {
	if bytesPerSecond <= 0 {
		return limiter{}
	}
	return limiter{rate.NewLimiter(rate.Limit(bytesPerSecond), int(max(bytesPerSecond/burstShare, 1<<14)))}
}

// wait waits until n bytes may pass, or the context ends.
func (l limiter) wait(ctx context.Context, n int) {
	if l.bucket == nil {
		return
	}
	for n > 0 {
		part := min(n, l.bucket.Burst())
		if l.bucket.WaitN(ctx, part) != nil {
			return
		}
		n -= part
	}
}
