package choke

import (
	"cmp"
	"slices"
	"time"
)

var aria2 = Strategy{
	Name:     "aria2",
	About:    "the three fastest that sent something lately, others at random where they are fewer, and an optimistic one",
	Defaults: func() any { return &Aria2{Regular: 3, Recent: 30 * time.Second} },
	New:      func(s any) Choker { return &aria2Choker{set: *s.(*Aria2)} },
}

// Aria2 are the settings of aria2.
type Aria2 struct {
	Regular int           `json:"regular,omitempty" jsonschema:"slots beside the optimistic one" min:"1" max:"1000"`
	Recent  time.Duration `json:"recent,omitempty" jsonschema:"how long ago a neighbour may have sent a block" min:"1 s"`
}

// Most is the regular slots and the optimistic one.
func (a *Aria2) MaxSlots(Round) int { return a.Regular + 1 }

// aria2Choker is BtLeecherStateChoke of aria2: the interested who sent a block
// within 30 s come first, by rate; then everybody else at random, where one who
// is not interested wastes a slot. Every third time it is asked, somebody who
// is choked and interested becomes the optimistic unchoke.
type aria2Choker struct {
	set        Aria2
	round      int
	optimistic int // its ID, -1 for none
	started    bool
	line       []int // scratch
	tie        []int // likewise
}

func (a *aria2Choker) Unchoke(r Round, cs []Candidate, out []int) []int {
	if !a.started {
		a.started, a.optimistic = true, -1
	}
	line := a.line[:0]
	for i := range cs {
		if !cs[i].Snubbed {
			line = append(line, i)
		} else if cs[i].ID == a.optimistic {
			a.optimistic = -1
		}
	}
	if a.round == 0 {
		a.optimistic = a.drawOptimistic(r, cs, line)
	}
	a.round = (a.round + 1) % 3
	earns := func(i int) bool {
		c := &cs[i]
		return c.Interested && c.Downloaded > 0 && r.Now-c.LastBlockAt < a.set.Recent
	}
	tie := a.tie[:0]
	for range cs {
		tie = append(tie, r.Rand.IntN(1<<30))
	}
	a.line, a.tie = line, tie
	slices.SortFunc(line, func(x, y int) int {
		if order := compareBool(!earns(x), !earns(y)); order != 0 || earns(x) {
			return cmp.Or(order, cmp.Compare(cs[y].DownRate, cs[x].DownRate), cmp.Compare(cs[x].ID, cs[y].ID))
		}
		return cmp.Or(cmp.Compare(tie[x], tie[y]), cmp.Compare(cs[x].ID, cs[y].ID))
	})
	first, moved := len(out), false
	for _, i := range line[:min(len(line), a.set.Regular)] {
		if cs[i].Interested {
			out = append(out, i)
			moved = moved || cs[i].ID == a.optimistic
		}
	}
	if moved { // its slot is earned: the optimistic one is another's
		a.optimistic = -1
		for _, i := range line {
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

// draw names the optimistic unchoke, -1 for none.
func (a *aria2Choker) drawOptimistic(r Round, cs []Candidate, line []int) int {
	best, seen := -1, 0
	for _, i := range line {
		if c := &cs[i]; c.Interested && !c.Unchoked {
			if seen++; r.Rand.IntN(seen) == 0 {
				best = c.ID
			}
		}
	}
	return best
}

var aria2Seed = Strategy{
	Name:     "aria2-seed",
	About:    "who was unchoked most recently, then the fastest, and one at random",
	Defaults: func() any { return &Aria2Seed{UploadSlots: UploadSlots{4}, Recent: 20 * time.Second} },
	New: func(s any) Choker {
		return &aria2SeedChoker{set: *s.(*Aria2Seed), randomPeer: -1, lastUnchoked: map[int]time.Duration{}}
	},
}

// Aria2Seed are the settings of aria2-seed.
type Aria2Seed struct {
	UploadSlots
	Recent time.Duration `json:"recent,omitempty" jsonschema:"how long an unchoke counts as recent" min:"1 s"`
}

// Most is one more than the slots: now and then the one drawn last keeps its own.
func (a *Aria2Seed) MaxSlots(Round) int { return a.Slots + 1 }

// aria2SeedChoker is BtSeederStateChoke of aria2. Two times of three the last
// slot is drawn among those left over. The third time whoever was drawn before
// keeps it, beside four that rank first: optUnchoking stays as it is then.
type aria2SeedChoker struct {
	set          Aria2Seed
	round        int
	randomPeer   int                   // the ID of who was drawn, -1 for nobody
	lastUnchoked map[int]time.Duration // when each was last unchoked; looked up, never listed
}

func (a *aria2SeedChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	first := len(out)
	for i := range cs {
		if cs[i].Unchoked {
			a.lastUnchoked[cs[i].ID] = cs[i].ChokeChangedAt
		}
		if cs[i].Interested {
			out = append(out, i)
		}
	}
	recent := func(i int) (time.Duration, bool) {
		at, ever := a.lastUnchoked[cs[i].ID]
		return at, ever && r.Now-at < a.set.Recent
	}
	line := out[first:]
	slices.SortFunc(line, func(x, y int) int {
		tx, rx := recent(x)
		ty, ry := recent(y)
		switch {
		case rx != ry:
			return compareBool(!rx, !ry)
		case rx:
			return cmp.Or(cmp.Compare(ty, tx), cmp.Compare(cs[x].ID, cs[y].ID))
		}
		return cmp.Or(cmp.Compare(cs[y].UpRate, cs[x].UpRate), cmp.Compare(cs[x].ID, cs[y].ID))
	})
	draws := a.round < 2
	a.round = (a.round + 1) % 3
	if !draws {
		return out[:first+a.keepRandomPeer(cs, line)]
	}
	a.randomPeer = -1
	regular := min(len(line), a.set.Slots-1)
	if rest := line[regular:]; len(rest) > 0 {
		at := r.Rand.IntN(len(rest))
		rest[0], rest[at] = rest[at], rest[0]
		a.randomPeer = cs[rest[0]].ID
		regular++
	}
	return out[:first+regular]
}

// keep puts who was drawn behind those that rank first, if it is not among them,
// and tells how many that makes.
func (a *aria2SeedChoker) keepRandomPeer(cs []Candidate, line []int) int {
	n := min(len(line), a.set.Slots)
	for i, x := range line[n:] {
		if cs[x].ID == a.randomPeer {
			line[n], line[n+i] = line[n+i], line[n]
			return n + 1
		}
	}
	return n
}
