package client

import "time"

// recent is a rate over the last seconds as Transmission measures it: bytes are
// kept in ten slots, each begun by the first bytes after a tenth of the window,
// and those count whose slot began within the window (bandwidth.c: bytesUsed,
// getSpeed_Bps).
type windowRate struct {
	slots  [recentSlots]recentSlot
	newest int
}

type recentSlot struct {
	began time.Duration
	bytes int64
}

const recentSlots = 10

func (r *windowRate) add(now, window time.Duration, bytes uint32) {
	if r.slots[r.newest].began+window/recentSlots < now {
		r.newest = (r.newest + 1) % recentSlots
		r.slots[r.newest] = recentSlot{began: now}
	}
	r.slots[r.newest].bytes += int64(bytes)
}

// at is the rate in bytes per second at that time.
func (r *windowRate) at(now, window time.Duration) float64 {
	bytes := int64(0)
	for i := range r.slots {
		s := &r.slots[(r.newest+recentSlots-i)%recentSlots]
		if s.began <= now-window {
			break
		}
		bytes += s.bytes
	}
	return float64(bytes) / window.Seconds()
}

// recents are the rates of a neighbour where they are measured over a set time.
type windowRates struct{ down, up windowRate }

// downRate is how fast a neighbour sends, in bytes per second.
func (p *Peer) downRate(c *conn) float64 {
	if p.settings.Choking.RateWindow > 0 {
		return c.cold.rates.down.at(p.now, p.settings.Choking.RateWindow)
	}
	return c.down.at(p.now)
}

// upRate is how fast we send to a neighbour. Over a set time what the network
// has taken counts, otherwise what it was given.
func (p *Peer) upRate(c *conn) float64 {
	if p.settings.Choking.RateWindow > 0 {
		return c.cold.rates.up.at(p.now, p.settings.Choking.RateWindow)
	}
	return c.up.at(p.now)
}
