package client

import "time"

// windowRate measures the rate over the last seconds like Transmission (bandwidth.c: bytesUsed,
// getSpeed_Bps). It counts bytes in ten slots. A slot begins with the first bytes that come more
// than a tenth of the window after the beginning of the one before. The rate counts the slots that
// began within the window.
type windowRate struct {
	slots  [rateSlots]rateSlot
	newest int
}

type rateSlot struct {
	beganAt time.Duration
	bytes   int64
}

const rateSlots = 10

// add counts bytes that are transferred now.
func (r *windowRate) add(now, window time.Duration, bytes uint32) {
	if r.slots[r.newest].beganAt+window/rateSlots < now {
		r.newest = (r.newest + 1) % rateSlots
		r.slots[r.newest] = rateSlot{beganAt: now}
	}
	r.slots[r.newest].bytes += int64(bytes)
}

// at returns the rate in bytes per second.
func (r *windowRate) at(now, window time.Duration) float64 {
	bytes := int64(0)
	for i := range r.slots {
		s := &r.slots[(r.newest+rateSlots-i)%rateSlots]
		if s.beganAt <= now-window {
			break
		}
		bytes += s.bytes
	}
	return float64(bytes) / window.Seconds()
}

// windowRates are the rates from and to a neighbour, where they are measured over a window.
type windowRates struct{ down, up windowRate }

// downRate returns the rate in bytes per second from a neighbour.
func (p *Peer) downRate(c *conn) float64 {
	if p.settings.Choking.RateWindow > 0 {
		return c.cold.rates.down.at(p.now, p.settings.Choking.RateWindow)
	}
	return c.down.at(p.now)
}

// upRate returns the rate in bytes per second to a neighbour: over a window, of the blocks that the
// network has accepted; otherwise, of the blocks that were handed to it.
func (p *Peer) upRate(c *conn) float64 {
	if p.settings.Choking.RateWindow > 0 {
		return c.cold.rates.up.at(p.now, p.settings.Choking.RateWindow)
	}
	return c.up.at(p.now)
}
