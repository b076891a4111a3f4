package client

import (
	"time"

	"swarmsim/client/choke"
)

// A choker may divide the uplink: it says how fast each neighbour is served at
// most (choke.RateAllocator). Each then has a meter, which says when its next block may
// be handed to the network. Who is slow to ask does not lose its share at once.

// meter is how fast a neighbour is served.
type meter struct {
	perSec float64       // bytes; 0 for no limit
	due    time.Duration // when the next block may go
}

// meterCredit is for how long a share that is not used is kept.
const meterCredit = time.Second

// set changes the rate; what is left to wait changes with it.
func (m *meter) set(now time.Duration, perSec float64) {
	if m.perSec > 0 && perSec > 0 && m.due > now {
		m.due = now + time.Duration(float64(m.due-now)*m.perSec/perSec)
	}
	m.perSec = perSec
}

// took notes that a block is handed over.
func (m *meter) took(now time.Duration, bytes uint32) {
	if m != nil && m.perSec > 0 {
		m.due = max(m.due, now-meterCredit) + time.Duration(float64(bytes)/m.perSec*1e9)
	}
}

// isDue reports whether a neighbour may be sent a block; if not, the peer looks
// again when it may.
func (p *Peer) mayUploadNow(c *conn) bool {
	m := c.cold.meter
	if m == nil || m.perSec == 0 || m.due <= p.now {
		return true
	}
	p.nextUpload = min(p.nextUpload, m.due)
	return false
}

// serveDue hands blocks to whom they are due.
func (p *Peer) uploadDue() {
	for _, id := range p.established {
		if c := &p.conns[id]; c.live && c.uploads.len() > 0 {
			p.upload(id)
		}
	}
}

// divides reports whether one of the chokers is a Sharer.
func (c *Config) allocatesRates() bool {
	_, leeching := c.Choker.(choke.RateAllocator)
	_, seeding := c.SeedChoker.(choke.RateAllocator)
	return leeching || seeding
}

// divide sets the meters of those whom the choker has chosen.
func (p *Peer) setRateLimits(choker choke.Choker) {
	scratch := p.scratch
	scratch.rates = scratch.rates[:0]
	if s, ok := choker.(choke.RateAllocator); ok {
		scratch.rates = s.Rates(scratch.rates)
	}
	for n, i := range scratch.chosen {
		s := p.conns[p.established[i]].cold
		if s.meter == nil {
			s.meter = &meter{}
		}
		rate := 0.0
		if n < len(scratch.rates) {
			rate = scratch.rates[n]
		}
		s.meter.set(p.now, rate)
	}
}

// SetUplink says how many bytes per second the peer can send from now on.
func (p *Peer) SetUplink(bytesPerSec int64) { p.cfg.Uplink = bytesPerSec }
