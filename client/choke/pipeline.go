package choke

import (
	"math/bits"
	"slices"
	"time"
)

var pipeline = Strategy{
	Name:     "binomial-pipeline",
	About:    "one neighbour a round, for one block: the schedule that is optimal where all uplinks are equal",
	Defaults: func() any { return &Pipeline{Round: 10 * time.Second} },
	New:      func(s any) Choker { return &pipelineChoker{set: *s.(*Pipeline)} },
}

// Pipeline are the settings of binomial-pipeline.
type Pipeline struct {
	Round time.Duration `json:"round,omitempty" jsonschema:"between rounds: the client's rechoke" min:"100 ms"`
}

// Most is one.
func (*Pipeline) MaxSlots(Round) int { return 1 }

// pipelineChoker is the binomial pipeline of Ganesan and Seshadri (On
// Cooperative Content Distribution and the Price of Barter, ICDCS 2005), which
// meets the bound of Mundinger, Weber and Weiss: peers are the corners of a
// hypercube, numbered in the order of their IDs, and in round t exchange a block
// across its dimension t. It needs a full mesh of 2^k peers whose rounds fall
// together, a choker that is asked after every block, and the picker of the same
// name.
type pipelineChoker struct {
	set            Pipeline
	corners        []uint64
	round          time.Duration // number of the one that the rest is of
	partner        int           // ID; -1 for none
	uploadedBefore int64         // bytes uploaded to it before this round
}

func (p *pipelineChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	number := r.Now / p.set.Round
	if r.Periodic {
		p.round = number
		p.choosePartner(r, cs)
	} else if p.round != number {
		return out
	}
	for i := range cs {
		if c := &cs[i]; c.ID == p.partner && c.Interested && c.Uploaded == p.uploadedBefore {
			out = append(out, i)
		}
	}
	return out
}

// meet finds the partner of a round.
func (p *pipelineChoker) choosePartner(r Round, cs []Candidate) {
	if len(cs) >= len(p.corners) { // seeds that hang up on each other keep their corners
		p.corners = append(p.corners[:0], r.Key)
		for i := range cs {
			p.corners = append(p.corners, cs[i].Key)
		}
		slices.Sort(p.corners)
	}
	corner, _ := slices.BinarySearch(p.corners, r.Key)
	dimensions := max(1, bits.Len(uint(len(p.corners)-1)))
	opposite := corner ^ 1<<(int(p.round)%dimensions)
	p.partner = -1
	for i := range cs {
		if opposite < len(p.corners) && cs[i].Key == p.corners[opposite] {
			p.partner, p.uploadedBefore = cs[i].ID, cs[i].Uploaded
		}
	}
}
