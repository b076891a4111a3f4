package choke

import (
	"cmp"
	"time"
)

var bitTyrant = Strategy{
	Name:  "bittyrant",
	About: "peers ranked by estimated download rate per unit of upload cost, until the uplink is spent",
	Defaults: func() any {
		return &BitTyrant{CostIncrease: 0.2, CostDecrease: 0.1, UnchokedRounds: 3, Split: "need", Excess: "keep"}
	},
	New: func(s any) Choker { return &bitTyrantChoker{set: *s.(*BitTyrant)} },
}

// BitTyrant holds the settings of bittyrant.
type BitTyrant struct {
	InitialRate    int64   `json:"initial_rate,omitempty" jsonschema:"first estimate of a neighbour's download rate and of its upload cost, in bytes per second; 0 for the rate of one of our own slots by mainline's automatic rule" min:"0" former:"start"`
	CostIncrease   float64 `json:"cost_increase,omitempty" jsonschema:"by which fraction the cost rises after a round in which the neighbour was unchoked and did not unchoke us" min:"0" max:"10" former:"raise"`
	CostDecrease   float64 `json:"cost_decrease,omitempty" jsonschema:"by which fraction the cost falls after each round in which the neighbour has unchoked us, after unchoked_rounds of them" min:"0" max:"1" former:"lower"`
	UnchokedRounds int     `json:"unchoked_rounds,omitempty" jsonschema:"rounds in a row in which a neighbour must have unchoked us before its cost falls" min:"1" max:"1000" former:"after"`
	Split          string  `json:"split,omitempty" jsonschema:"how the uplink is divided: need (each neighbour gets its cost) or equal (the network divides it among the same neighbours)" oneof:"need equal"`
	Excess         string  `json:"excess,omitempty" jsonschema:"what happens to the rest of the uplink: keep (it stays unused, which is selfish) or share (all get more in proportion)" oneof:"keep share"`
}

// bitTyrantChoker is the strategy of Piatek, Isdal, Anderson, Krishnamurthy and Venkataramani (Do
// incentives build robustness in BitTorrent?, NSDI 2007, figure 5). For each neighbour it estimates
// the rate at which the neighbour sends when it unchokes us (d_p in the paper) and the upload rate
// that makes it unchoke us (u_p), and serves neighbours in descending order of d_p/u_p. The rate of
// a neighbour that has never unchoked us is derived from its HAVE messages: it is assumed to upload
// as fast as it downloads, to as many neighbours as mainline's rule says.
type bitTyrantChoker struct {
	set       BitTyrant
	estimates perPeer[estimate]
	rates     []float64 // of the neighbours returned last
}

// estimate holds what the choker knows about a neighbour.
type estimate struct {
	downRate       float64       // bytes per second that it sends us when it unchokes us
	cost           float64       // bytes per second that we have to send it for that
	measured       bool          // downRate is measured, not guessed
	unchokedRounds int           // consecutive rounds at whose end it had unchoked us
	initialPieces  int           // pieces it had when it connected
	downloaded     int64         // Candidate.Downloaded at the last round
	updatedAt      time.Duration // when the last round was
}

func (b *bitTyrantChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	b.estimates.sync(cs)
	for i := range cs {
		e := b.estimates.at(i)
		if b.estimates.isNew(i) {
			rate := b.initialRate(r)
			*e = estimate{
				downRate:      rate,
				cost:          rate,
				initialPieces: cs[i].Pieces,
				downloaded:    cs[i].Downloaded,
				updatedAt:     r.Now,
			}
		}
		if r.Periodic {
			b.update(r, &cs[i], e)
		}
	}
	first := len(out)
	out = topInterested(cs, out, len(cs), func(i, j int) int {
		x, y := &cs[i], &cs[j]
		return cmp.Or(
			cmp.Compare(b.ratio(y, j), b.ratio(x, i)),
			falseFirst(!x.Unchoked, !y.Unchoked),
			cmp.Compare(x.ID, y.ID))
	})
	return b.spendUplink(r, out, first)
}

// initialRate returns the first estimate for a neighbour: that its slots are as fast as ours.
func (b *bitTyrantChoker) initialRate(r Round) float64 {
	switch {
	case b.set.InitialRate > 0:
		return float64(b.set.InitialRate)
	case r.UplinkRate > 0:
		return contentRate(r.UplinkRate) / float64(automaticSlots(r.UplinkRate))
	}
	return 1
}

// update revises the estimate of a neighbour at the end of a round.
func (b *bitTyrantChoker) update(r Round, c *Candidate, e *estimate) {
	served := c.Unchoked && c.ChokeChangedAt <= e.updatedAt // throughout the round
	received, elapsed := c.Downloaded-e.downloaded, r.Now-e.updatedAt
	e.downloaded, e.updatedAt = c.Downloaded, r.Now
	if !c.UnchokesUs {
		e.unchokedRounds = 0
		if !e.measured {
			e.downRate = b.guessDownRate(r, c, e)
		}
		if served && c.Interesting {
			e.cost = float64(e.cost * (1 + b.set.CostIncrease))
		}
		return
	}
	if e.unchokedRounds > 0 && received > 0 && elapsed > 0 {
		e.downRate, e.measured = float64(received)/elapsed.Seconds(), true
	}
	if e.unchokedRounds++; served && e.unchokedRounds > b.set.UnchokedRounds {
		e.cost = max(1, float64(e.cost*(1-b.set.CostDecrease)))
	}
}

// guessDownRate returns the rate of one of the neighbour's slots if its uplink were as fast as it
// has downloaded pieces since it connected.
func (b *bitTyrantChoker) guessDownRate(r Round, c *Candidate, e *estimate) float64 {
	if c.Pieces <= e.initialPieces || r.Now <= c.ConnectedAt {
		return e.downRate
	}
	elapsed := r.Now - c.ConnectedAt + time.Second
	rate := float64(c.Pieces-e.initialPieces) * float64(r.PieceBytes) / elapsed.Seconds()
	return rate / float64(automaticSlots(int64(rate)+1))
}

// ratio returns the bytes that a neighbour sends for each byte we send it; 0 if it has nothing we
// need.
func (b *bitTyrantChoker) ratio(c *Candidate, i int) float64 {
	if !c.Interesting {
		return 0
	}
	e := b.estimates.at(i)
	return e.downRate / e.cost
}

// spendUplink truncates the ranked neighbours before the first whose cost exceeds the rest of the
// uplink, and sets the rates. If the uplink rate is unknown, it keeps the number of slots that
// mainline opens in that case.
func (b *bitTyrantChoker) spendUplink(r Round, out []int, first int) []int {
	b.rates = b.rates[:0]
	uplink := contentRate(r.UplinkRate)
	remaining := uplink
	for n, i := range out[first:] {
		cost := b.estimates.at(i).cost
		if r.UplinkRate == 0 && n == automaticSlots(0) || r.UplinkRate > 0 && n > 0 && cost > remaining {
			out = out[:first+n]
			break
		}
		cost = min(cost, uplink)
		remaining -= cost
		b.rates = append(b.rates, cost)
	}
	switch spent := uplink - remaining; {
	case b.set.Split == "equal" || r.UplinkRate == 0:
		clear(b.rates)
	case b.set.Excess == "share" && spent > 0:
		for i := range b.rates {
			b.rates[i] = float64(b.rates[i] * (uplink / spent))
		}
	}
	return out
}

// Rates appends the upload limits of the neighbours that the last Unchoke returned.
func (b *bitTyrantChoker) Rates(out []float64) []float64 { return append(out, b.rates...) }
