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
	set           PropShare
	contributions perPeer[contribution]
	explored      []int // IDs
	drawnAt       time.Duration
	rates         []float64
	exploredIndex []int // the strangers of now
}

// account is what a neighbour has sent.
type contribution struct {
	total     int64 // until the last round
	lastRound int64 // in it
}

func (p *propShareChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	p.contributions.sync(cs)
	sum := int64(0)
	for i := range cs {
		a := &p.contributions.rows[i].value
		if p.contributions.rows[i].isNew {
			a.total = cs[i].Downloaded
		}
		if r.Periodic {
			a.lastRound, a.total = cs[i].Downloaded-a.total, cs[i].Downloaded
		}
		if cs[i].Interested {
			sum += a.lastRound
		}
	}
	p.rates = p.rates[:0]
	earned, explored := contentRate(r.UplinkRate), 0.0
	if out = p.addExplored(r, cs, out); len(p.exploredIndex) > 0 {
		explored = earned
		if sum > 0 {
			explored = float64(explored * p.set.Explore)
		}
		earned -= explored
	}
	for range p.exploredIndex {
		p.rates = append(p.rates, explored/float64(len(p.exploredIndex)))
	}
	for i := range cs {
		if sent := p.contributions.rows[i].value.lastRound; cs[i].Interested && sent > 0 {
			out = append(out, i)
			p.rates = append(p.rates, earned*float64(sent)/float64(sum))
		}
	}
	return out
}

// draw appends the strangers: those of before while their time lasts and they
// have sent nothing, then others at random.
func (p *propShareChoker) addExplored(r Round, cs []Candidate, out []int) []int {
	p.exploredIndex = p.exploredIndex[:0]
	if r.Now-p.drawnAt >= p.set.Rotate {
		p.drawnAt = r.Now
	} else {
		for _, id := range p.explored {
			if i := indexOf(cs, id); i >= 0 && p.contributedNothing(cs, i) {
				p.exploredIndex = append(p.exploredIndex, i)
			}
		}
	}
	for len(p.exploredIndex) < p.set.Strangers {
		best, seen := -1, 0
		for i := range cs {
			if !p.contributedNothing(cs, i) || slices.Contains(p.exploredIndex, i) {
				continue
			}
			if seen++; r.Rand.IntN(seen) == 0 {
				best = i
			}
		}
		if best < 0 {
			break
		}
		p.exploredIndex = append(p.exploredIndex, best)
	}
	p.explored = p.explored[:0]
	for _, i := range p.exploredIndex {
		p.explored = append(p.explored, cs[i].ID)
	}
	return append(out, p.exploredIndex...)
}

// strange reports whether a neighbour wants something and has sent nothing in the
// last round.
func (p *propShareChoker) contributedNothing(cs []Candidate, i int) bool {
	return cs[i].Interested && p.contributions.rows[i].value.lastRound == 0
}

// Rates makes the choker a Sharer.
func (p *propShareChoker) Rates(out []float64) []float64 { return append(out, p.rates...) }
