package choke

import (
	"slices"
	"time"
)

var propShare = Strategy{
	Name:     "propshare",
	About:    "everybody in proportion to what it sent in the last round, and a share for strangers",
	Defaults: func() any { return &PropShare{Explore: 0.2, Strangers: 1, Rotate: 30 * time.Second} },
	New:      func(s any) Choker { return &propShareChoker{set: *s.(*PropShare)} },
}

// PropShare are the settings of propshare.
type PropShare struct {
	Explore   float64       `json:"explore,omitempty" jsonschema:"share of the uplink for those who have sent nothing" min:"0.01" max:"1"`
	Strangers int           `json:"strangers,omitempty" jsonschema:"how many of them are served at a time, drawn at random" min:"1" max:"1000"`
	Rotate    time.Duration `json:"rotate,omitempty" jsonschema:"how long they are" min:"1 s"`
}

// propShareChoker is PropShare of Levin, LaCurts, Spring and Bhattacharjee
// (BitTorrent is an Auction: Analyzing and Improving BitTorrent's Incentives,
// SIGCOMM 2008): each round divides the uplink in proportion to what each
// neighbour sent in the round before. A slot is nothing that one wins or loses,
// so that sending just enough for one, as BitTyrant does, gains nothing. A share
// is kept for strangers; they have all of it where nobody has sent anything.
type propShareChoker struct {
	set       PropShare
	books     ledger[account]
	strangers []int // IDs
	drawn     time.Duration
	rates     []float64
	now       []int // the strangers of now
}

// account is what a neighbour has sent.
type account struct {
	before int64 // until the last round
	sent   int64 // in it
}

func (p *propShareChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	p.books.follow(cs)
	sum := int64(0)
	for i := range cs {
		a := &p.books.rows[i].is
		if p.books.rows[i].new {
			a.before = cs[i].Downloaded
		}
		if r.Regular {
			a.sent, a.before = cs[i].Downloaded-a.before, cs[i].Downloaded
		}
		if cs[i].Interested {
			sum += a.sent
		}
	}
	p.rates = p.rates[:0]
	earned, explored := forContentOf(r.Uplink), 0.0
	if out = p.draw(r, cs, out); len(p.now) > 0 {
		explored = earned
		if sum > 0 {
			explored = float64(explored * p.set.Explore)
		}
		earned -= explored
	}
	for range p.now {
		p.rates = append(p.rates, explored/float64(len(p.now)))
	}
	for i := range cs {
		if sent := p.books.rows[i].is.sent; cs[i].Interested && sent > 0 {
			out = append(out, i)
			p.rates = append(p.rates, earned*float64(sent)/float64(sum))
		}
	}
	return out
}

// draw appends the strangers: those of before while their time lasts and they
// have sent nothing, then others at random.
func (p *propShareChoker) draw(r Round, cs []Candidate, out []int) []int {
	p.now = p.now[:0]
	if r.Now-p.drawn >= p.set.Rotate {
		p.drawn = r.Now
	} else {
		for _, id := range p.strangers {
			if i := place(cs, id); i >= 0 && p.strange(cs, i) {
				p.now = append(p.now, i)
			}
		}
	}
	for len(p.now) < p.set.Strangers {
		best, seen := -1, 0
		for i := range cs {
			if !p.strange(cs, i) || slices.Contains(p.now, i) {
				continue
			}
			if seen++; r.Rand.IntN(seen) == 0 {
				best = i
			}
		}
		if best < 0 {
			break
		}
		p.now = append(p.now, best)
	}
	p.strangers = p.strangers[:0]
	for _, i := range p.now {
		p.strangers = append(p.strangers, cs[i].ID)
	}
	return append(out, p.now...)
}

// strange reports whether a neighbour wants something and has sent nothing in the
// last round.
func (p *propShareChoker) strange(cs []Candidate, i int) bool {
	return cs[i].Interested && p.books.rows[i].is.sent == 0
}

// Rates makes the choker a Sharer.
func (p *propShareChoker) Rates(out []float64) []float64 { return append(out, p.rates...) }
