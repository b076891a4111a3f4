package choke

import (
	"slices"
	"time"
)

var propShare = Strategy{
	Name:     "propshare",
	About:    "all neighbours in proportion to what they sent in the last round, and a share for some that sent nothing in it",
	Defaults: func() any { return &PropShare{Explore: 0.2, IdlePeers: 1, Rotate: 30 * time.Second} },
	New:      func(s any) Choker { return &propShareChoker{set: *s.(*PropShare)} },
}

// PropShare holds the settings of propshare.
type PropShare struct {
	Explore   float64       `json:"explore,omitempty" jsonschema:"fraction of the uplink for idle peers: interested neighbours that sent nothing in the last round" min:"0.01" max:"1"`
	IdlePeers int           `json:"idle_peers,omitempty" jsonschema:"how many idle peers are served at a time, drawn at random" min:"1" max:"1000" former:"strangers,first_time_peers"`
	Rotate    time.Duration `json:"rotate,omitempty" jsonschema:"time until others are drawn" min:"1 s"`
}

// propShareChoker implements PropShare by Levin, LaCurts, Spring and Bhattacharjee (BitTorrent is
// an Auction: Analyzing and Improving BitTorrent's Incentives, SIGCOMM 2008). In each round the
// uplink is divided in proportion to what each interested neighbour sent in the round before. There are no
// slots, so a neighbour cannot do as BitTyrant does and send just enough to win one. A share is
// reserved for idle peers, which sent nothing in that round; they get the whole uplink if no
// interested neighbour sent anything in it.
type propShareChoker struct {
	set      PropShare
	received perPeer[received]
	drawnAt  time.Duration // when the idle peers were last replaced
	idle     []int         // IDs of the idle peers that are served
	indices  []int         // scratch: their indices
	rates    []float64     // of the neighbours returned last
}

// received is what a neighbour has sent us, in bytes.
type received struct {
	total     int64 // until the end of the last round
	lastRound int64
}

func (p *propShareChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	sum := p.updateReceived(r, cs)
	p.rates = p.rates[:0]
	proportional, reserved := contentRate(r.UplinkRate), 0.0
	if out = p.addIdle(r, cs, out); len(p.indices) > 0 {
		reserved = proportional
		if sum > 0 {
			reserved = float64(reserved * p.set.Explore)
		}
		proportional -= reserved
	}
	for range p.indices {
		p.rates = append(p.rates, reserved/float64(len(p.indices)))
	}
	if r.UplinkRate > 0 && proportional <= 0 {
		return out // with explore 1 nothing is left for the others, and a rate of 0 would be no limit
	}
	for i := range cs {
		if sent := p.received.at(i).lastRound; cs[i].Interested && sent > 0 {
			out = append(out, i)
			p.rates = append(p.rates, proportional*float64(sent)/float64(sum))
		}
	}
	return out
}

// updateReceived ends a round if the call is periodic. It returns the bytes that all interested
// neighbours sent in the last round.
func (p *propShareChoker) updateReceived(r Round, cs []Candidate) (sum int64) {
	p.received.sync(cs)
	for i := range cs {
		v := p.received.at(i)
		if p.received.isNew(i) {
			v.total = cs[i].Downloaded
		}
		if r.Periodic {
			v.lastRound, v.total = cs[i].Downloaded-v.total, cs[i].Downloaded
		}
		if cs[i].Interested {
			sum += v.lastRound
		}
	}
	return sum
}

// addIdle appends the idle peers that are served: those drawn before, until they are
// replaced or send something, then others at random.
func (p *propShareChoker) addIdle(r Round, cs []Candidate, out []int) []int {
	p.indices = p.indices[:0]
	if r.Now-p.drawnAt >= p.set.Rotate {
		p.drawnAt = r.Now
	} else {
		for _, id := range p.idle {
			if i := indexOf(cs, id); i >= 0 && p.isIdle(cs, i) {
				p.indices = append(p.indices, i)
			}
		}
	}
	for len(p.indices) < p.set.IdlePeers {
		chosen, seen := -1, 0
		for i := range cs {
			if !p.isIdle(cs, i) || slices.Contains(p.indices, i) {
				continue
			}
			if seen++; r.Rand.IntN(seen) == 0 {
				chosen = i
			}
		}
		if chosen < 0 {
			break
		}
		p.indices = append(p.indices, chosen)
	}
	p.idle = p.idle[:0]
	for _, i := range p.indices {
		p.idle = append(p.idle, cs[i].ID)
	}
	return append(out, p.indices...)
}

// isIdle reports whether candidate i is interested and sent nothing in the last round.
func (p *propShareChoker) isIdle(cs []Candidate, i int) bool {
	return cs[i].Interested && p.received.at(i).lastRound == 0
}

// Rates appends the upload limits of the neighbours that the last Unchoke returned.
func (p *propShareChoker) Rates(out []float64) []float64 { return append(out, p.rates...) }
