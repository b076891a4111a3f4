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

// Pipeline holds the settings of binomial-pipeline.
type Pipeline struct {
	Round time.Duration `json:"round,omitempty" jsonschema:"length of a round: the client's rechoke interval" min:"100 ms"`
}

// MaxSlots returns 1.
func (*Pipeline) MaxSlots(Round) int { return 1 }

// pipelineChoker is the binomial pipeline of Ganesan and Seshadri (On Cooperative Content
// Distribution and the Price of Barter, ICDCS 2005), which meets the lower bound of Mundinger,
// Weber and Weiss (2008) on the completion time. Peers are the corners of a hypercube of k
// dimensions, numbered in the order of their keys (Candidate.Key). In round t each exchanges a
// block with the corner opposite to it in dimension t mod k.
//
// It needs a full mesh of 2^k peers whose rounds coincide, a client that calls the choker after
// each block, and the picker of the same name.
type pipelineChoker struct {
	set            Pipeline
	corners        []uint64      // the keys of all peers, sorted
	round          time.Duration // number of the round in which the partner was chosen
	partner        int           // ID; -1 for none
	uploadedBefore int64         // bytes uploaded to the partner before the round
}

func (p *pipelineChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	round := r.Now / p.set.Round
	if r.Periodic {
		p.round = round
		p.choosePartner(r, cs)
	} else if p.round != round {
		return out
	}
	for i := range cs {
		if c := &cs[i]; c.ID == p.partner && c.Interested && c.Uploaded == p.uploadedBefore {
			out = append(out, i)
		}
	}
	return out
}

// choosePartner finds the opposite corner of the round. All peers have to number the corners alike,
// so neighbours that have disconnected keep theirs: seeds disconnect from each other.
func (p *pipelineChoker) choosePartner(r Round, cs []Candidate) {
	if len(cs) >= len(p.corners) {
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
