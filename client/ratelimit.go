package client

import (
	"time"

	"swarmsim/client/choke"
)

// rateLimit limits the rate at which blocks are sent to a neighbour. It is used where a choker
// divides the uplink (choke.RateAllocator).
type rateLimit struct {
	bytesPerSec float64       // 0 for no limit
	next        time.Duration // when the next block may be sent
}

// rateLimitCredit is how much unused time a neighbour may make up for, so that one that requests
// late does not lose its share of the uplink at once.
const rateLimitCredit = time.Second

// set changes the rate. The time until the next block changes in proportion.
func (l *rateLimit) set(now time.Duration, bytesPerSec float64) {
	if l.bytesPerSec > 0 && bytesPerSec > 0 && l.next > now {
		l.next = now + time.Duration(float64(l.next-now)*l.bytesPerSec/bytesPerSec)
	}
	l.bytesPerSec = bytesPerSec
}

// onSent counts a block. l may be nil.
func (l *rateLimit) onSent(now time.Duration, bytes uint32) {
	if l != nil && l.bytesPerSec > 0 {
		l.next = max(l.next, now-rateLimitCredit) + time.Duration(float64(bytes)/l.bytesPerSec*1e9)
	}
}

// mayUploadNow reports whether the rate limit of a neighbour allows a block now. If not, it
// schedules a Tick for when it does.
func (p *Peer) mayUploadNow(c *conn) bool {
	l := c.cold.rateLimit
	if l == nil || l.bytesPerSec == 0 || l.next <= p.now {
		return true
	}
	p.nextUpload = min(p.nextUpload, l.next)
	return false
}

// uploadDue sends blocks to all neighbours whose rate limits allow it.
func (p *Peer) uploadDue() {
	for _, id := range p.established {
		if c := &p.conns[id]; c.live && c.uploads.len() > 0 {
			p.upload(id)
		}
	}
}

// limitsRates reports whether one of the chokers divides the uplink.
func (c *Config) limitsRates() bool {
	_, leeching := c.Choker.(choke.RateAllocator)
	_, seeding := c.SeedChoker.(choke.RateAllocator)
	return leeching || seeding
}

// setRateLimits sets the rate limits of the neighbours that the choker has just unchoked.
func (p *Peer) setRateLimits(choker choke.Choker) {
	scratch := p.scratch
	scratch.rates = scratch.rates[:0]
	if a, ok := choker.(choke.RateAllocator); ok {
		scratch.rates = a.Rates(scratch.rates)
	}
	for n, i := range scratch.chosen {
		cold := p.conns[p.established[i]].cold
		if cold.rateLimit == nil {
			cold.rateLimit = &rateLimit{}
		}
		rate := 0.0
		if n < len(scratch.rates) {
			rate = scratch.rates[n]
		}
		cold.rateLimit.set(p.now, rate)
	}
}

// SetUplink sets the rate of the uplink that chokers are told.
func (p *Peer) SetUplink(bytesPerSec int64) { p.cfg.Uplink = bytesPerSec }
