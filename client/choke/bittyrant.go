package choke

import (
	"cmp"
	"time"
)

var bitTyrant = Strategy{
	Name:  "bittyrant",
	About: "whoever gives most for what it takes to be given it, until the uplink is spent",
	Defaults: func() any {
		return &BitTyrant{Raise: 0.2, Lower: 0.1, After: 3, Split: "need", Excess: "keep"}
	},
	New: func(s any) Choker { return &bitTyrantChoker{set: *s.(*BitTyrant)} },
}

// BitTyrant are the settings of bittyrant.
type BitTyrant struct {
	Start  int64   `json:"start,omitempty" jsonschema:"bytes per second that a neighbour is thought to give, and to want for it, before anything is known of it; 0 for what a slot of our own would have by mainline's automatic rule" min:"0"`
	Raise  float64 `json:"raise,omitempty" jsonschema:"by what share more is offered, after a round, to one that gave nothing for it" min:"0" max:"10"`
	Lower  float64 `json:"lower,omitempty" jsonschema:"by what share less is offered to one that has given for some rounds" min:"0" max:"1"`
	After  int     `json:"after,omitempty" jsonschema:"so many rounds" min:"1" max:"1000"`
	Split  string  `json:"split,omitempty" jsonschema:"what each is sent: need (what is offered), or equal (as many neighbours share the uplink evenly)" oneof:"need equal"`
	Excess string  `json:"excess,omitempty" jsonschema:"what becomes of an uplink that is not spent: keep (nothing, which is selfish), or share (all get more in proportion)" oneof:"keep share"`
}

// bitTyrantChoker is the strategy of Piatek, Isdal, Anderson, Krishnamurthy and
// Venkataramani (Do incentives build robustness in BitTorrent?, NSDI 2007,
// figure 5). Of each neighbour it estimates what it gives when it unchokes us and
// what it has to be sent to do so, and buys where that is cheapest. What a
// neighbour gives that never unchoked us is guessed from the news of its pieces:
// it downloads as fast as it uploads, to as many as mainline's rule says.
type bitTyrantChoker struct {
	set       BitTyrant
	estimates perPeer[estimate]
	rates     []float64
}

// offer is what is thought of a neighbour; rates are in bytes per second.
type estimate struct {
	downRate, cost float64
	unchokedRounds int // in a row at whose end it unchoked us
	measured       bool
	initialPieces  int           // when it came
	downloaded     int64         // in all until the last round
	updatedAt      time.Duration // when that was
}

func (b *bitTyrantChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	b.estimates.sync(cs)
	for i := range cs {
		if row := &b.estimates.rows[i]; row.isNew {
			start := b.initialRate(r)
			row.value = estimate{downRate: start, cost: start, initialPieces: cs[i].Pieces, downloaded: cs[i].Downloaded, updatedAt: r.Now}
		}
		if r.Periodic {
			b.update(r, &cs[i], &b.estimates.rows[i].value)
		}
	}
	first := len(out)
	out = topInterested(cs, out, len(cs), func(i, j int) int {
		x, y := &cs[i], &cs[j]
		return cmp.Or(cmp.Compare(b.ratio(y, j), b.ratio(x, i)), compareBool(!x.Unchoked, !y.Unchoked), cmp.Compare(x.ID, y.ID))
	})
	return b.spendUplink(r, out, first)
}

// start is what is thought of a stranger: that it is like us.
func (b *bitTyrantChoker) initialRate(r Round) float64 {
	switch {
	case b.set.Start > 0:
		return float64(b.set.Start)
	case r.UplinkRate > 0:
		return contentRate(r.UplinkRate) / float64(automaticSlots(r.UplinkRate))
	}
	return 1
}

// learn ends a round with a neighbour.
func (b *bitTyrantChoker) update(r Round, c *Candidate, o *estimate) {
	offered := c.Unchoked && c.ChokeChangedAt <= o.updatedAt // for all of the round
	sent, took := c.Downloaded-o.downloaded, r.Now-o.updatedAt
	o.downloaded, o.updatedAt = c.Downloaded, r.Now
	if !c.UnchokesUs {
		o.unchokedRounds = 0
		if !o.measured {
			o.downRate = b.guessDownRate(r, c, o)
		}
		if offered && c.Interesting {
			o.cost = float64(o.cost * (1 + b.set.Raise))
		}
		return
	}
	if o.unchokedRounds > 0 && sent > 0 && took > 0 {
		o.downRate, o.measured = float64(sent)/took.Seconds(), true
	}
	if o.unchokedRounds++; offered && o.unchokedRounds > b.set.After {
		o.cost = max(1, float64(o.cost*(1-b.set.Lower)))
	}
}

// guess is what a neighbour would give us if its uplink were like its downloads,
// in pieces, since it came.
func (b *bitTyrantChoker) guessDownRate(r Round, c *Candidate, o *estimate) float64 {
	if c.Pieces <= o.initialPieces || r.Now <= c.ConnectedAt {
		return o.downRate
	}
	rate := float64(c.Pieces-o.initialPieces) * float64(r.PieceBytes) / (r.Now - c.ConnectedAt + time.Second).Seconds()
	return rate / float64(automaticSlots(int64(rate)+1))
}

// worth is what a neighbour gives for a byte; nothing if it has nothing for us.
func (b *bitTyrantChoker) ratio(c *Candidate, i int) float64 {
	if !c.Interesting {
		return 0
	}
	return b.estimates.rows[i].value.downRate / b.estimates.rows[i].value.cost
}

// spend keeps as many, from the first on, as the uplink can give what they need;
// where it is not known, as many as mainline opens slots then.
func (b *bitTyrantChoker) spendUplink(r Round, out []int, first int) []int {
	b.rates = b.rates[:0]
	uplink := contentRate(r.UplinkRate)
	left := uplink
	for n, i := range out[first:] {
		need := b.estimates.rows[i].value.cost
		if r.UplinkRate == 0 && n == automaticSlots(0) || r.UplinkRate > 0 && n > 0 && need > left {
			out = out[:first+n]
			break
		}
		need = min(need, uplink)
		left -= need
		b.rates = append(b.rates, need)
	}
	switch spent := uplink - left; {
	case b.set.Split == "equal" || r.UplinkRate == 0:
		clear(b.rates)
	case b.set.Excess == "share" && spent > 0:
		for i := range b.rates {
			b.rates[i] = float64(b.rates[i] * (uplink / spent))
		}
	}
	return out
}

// Rates makes the choker a Sharer.
func (b *bitTyrantChoker) Rates(out []float64) []float64 { return append(out, b.rates...) }
