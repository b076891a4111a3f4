package choke

import (
	"cmp"
	"slices"
	"time"
)

var aria2 = Strategy{
	Name:     "aria2",
	About:    "the three fastest that sent a block lately, then neighbours at random, and an optimistic slot",
	Defaults: func() any { return &Aria2{Regular: 3, Recent: 30 * time.Second} },
	New:      func(s any) Choker { return &aria2Choker{set: *s.(*Aria2)} },
}

// Aria2 holds the settings of aria2. The optimistic slot is in addition to Regular.
type Aria2 struct {
	Regular int           `json:"regular,omitempty" jsonschema:"slots beside the optimistic one" min:"1" max:"1000"`
	Recent  time.Duration `json:"recent,omitempty" jsonschema:"a neighbour ranks by its rate if it has sent a block within this time" min:"1 s"`
}

// MaxSlots returns the regular slots and the optimistic one.
func (a *Aria2) MaxSlots(Round) int { return a.Regular + 1 }

// aria2Choker follows BtLeecherStateChoke of aria2. Interested neighbours that have sent a block
// within Recent rank first, by rate. All others that are not snubbed follow in random order. The
// first Regular neighbours hold the regular slots; a slot of one that is not interested stays
// unused. Every third call draws one neighbour, among the choked and interested ones, for the
// optimistic slot.
type aria2Choker struct {
	set        Aria2
	round      int // calls, modulo 3
	optimistic int // ID of the neighbour with the optimistic slot; -1 for none
	started    bool
	ranked     []int // scratch: indices of candidates
	tieBreak   []int // scratch: a random number for each candidate
}

func (a *aria2Choker) Unchoke(r Round, cs []Candidate, out []int) []int {
	if !a.started {
		a.started, a.optimistic = true, -1
	}
	ranked := a.ranked[:0]
	for i := range cs {
		if !cs[i].Snubbed {
			ranked = append(ranked, i)
		} else if cs[i].ID == a.optimistic {
			a.optimistic = -1
		}
	}
	if a.round == 0 {
		a.optimistic = a.drawOptimistic(r, cs, ranked)
	}
	a.round = (a.round + 1) % 3
	a.ranked = ranked
	a.rank(r, cs)
	first, optimisticEarned := len(out), false
	for _, i := range ranked[:min(len(ranked), a.set.Regular)] {
		if cs[i].Interested {
			out = append(out, i)
			optimisticEarned = optimisticEarned || cs[i].ID == a.optimistic
		}
	}
	if optimisticEarned { // it holds a regular slot now, so the first interested neighbour in the order gets the optimistic one
		a.optimistic = -1
		for _, i := range ranked {
			if cs[i].Interested {
				a.optimistic = cs[i].ID
				break
			}
		}
	}
	if at := indexOf(cs, a.optimistic); at >= 0 && cs[at].Interested && !slices.Contains(out[first:], at) {
		out = append(out, at)
	}
	return out
}

// rank sorts a.ranked: first the neighbours that rank by their rates, then all others at random.
func (a *aria2Choker) rank(r Round, cs []Candidate) {
	byRate := func(i int) bool {
		c := &cs[i]
		return c.Interested && c.Downloaded > 0 && r.Now-c.LastBlockAt < a.set.Recent
	}
	tieBreak := a.tieBreak[:0]
	for range cs {
		tieBreak = append(tieBreak, r.Rand.IntN(1<<30))
	}
	a.tieBreak = tieBreak
	slices.SortFunc(a.ranked, func(x, y int) int {
		if order := falseFirst(!byRate(x), !byRate(y)); order != 0 || byRate(x) {
			return cmp.Or(order, cmp.Compare(cs[y].DownRate, cs[x].DownRate), cmp.Compare(cs[x].ID, cs[y].ID))
		}
		return cmp.Or(cmp.Compare(tieBreak[x], tieBreak[y]), cmp.Compare(cs[x].ID, cs[y].ID))
	})
}

// drawOptimistic returns the ID of a random neighbour that is choked and interested, or -1.
func (a *aria2Choker) drawOptimistic(r Round, cs []Candidate, indices []int) int {
	chosen, seen := -1, 0
	for _, i := range indices {
		if c := &cs[i]; c.Interested && !c.Unchoked {
			if seen++; r.Rand.IntN(seen) == 0 {
				chosen = c.ID
			}
		}
	}
	return chosen
}

// Optimistic reports whether the neighbour with the given ID holds an optimistic slot.
func (a *aria2Choker) Optimistic(id int) bool { return id == a.optimistic }
