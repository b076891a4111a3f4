package choke

import (
	"cmp"
	"slices"
	"time"
)

var aria2Seed = Strategy{
	Name:     "aria2-seed",
	About:    "neighbours that were unchoked most recently, then those we send to fastest, and one at random",
	Defaults: func() any { return &Aria2Seed{UploadSlots: UploadSlots{4}, Recent: 20 * time.Second} },
	New: func(s any) Choker {
		return &aria2SeedChoker{set: *s.(*Aria2Seed), randomPeer: -1, lastUnchoked: map[int]time.Duration{}}
	},
}

// Aria2Seed holds the settings of aria2-seed.
type Aria2Seed struct {
	UploadSlots
	Recent time.Duration `json:"recent,omitempty" jsonschema:"how long an unchoke counts as recent" min:"1 s"`
}

// MaxSlots returns one more than the slots: at every third call the neighbour that was drawn at
// random may keep its slot in addition to the others.
func (a *Aria2Seed) MaxSlots(Round) int { return a.Slots + 1 }

// aria2SeedChoker follows BtSeederStateChoke of aria2. In two of three calls, Slots-1 slots go to
// the neighbours that rank first, and the last slot to a random one of the rest. In the third call
// all Slots go to those that rank first, and the neighbour drawn in the call before stays unchoked
// as well, because aria2 leaves its flag optUnchoking set.
type aria2SeedChoker struct {
	set          Aria2Seed
	round        int                   // calls, modulo 3
	randomPeer   int                   // ID of the neighbour drawn at random; -1 for none
	lastUnchoked map[int]time.Duration // by ID; never iterated over
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
	ranked := out[first:]
	slices.SortFunc(ranked, func(x, y int) int { return a.compare(r, &cs[x], &cs[y]) })
	keep := a.round == 2
	a.round = (a.round + 1) % 3
	if keep {
		return out[:first+a.keepRandomPeer(cs, ranked)]
	}
	a.randomPeer = -1
	n := min(len(ranked), a.set.Slots-1)
	if rest := ranked[n:]; len(rest) > 0 {
		at := r.Rand.IntN(len(rest))
		rest[0], rest[at] = rest[at], rest[0]
		a.randomPeer = cs[rest[0]].ID
		n++
	}
	return out[:first+n]
}

// compare orders two neighbours: those unchoked recently come first, the latest first; all others
// follow by upload rate.
func (a *aria2SeedChoker) compare(r Round, x, y *Candidate) int {
	xAt, xRecent := a.recentUnchoke(r, x)
	yAt, yRecent := a.recentUnchoke(r, y)
	switch {
	case xRecent != yRecent:
		return falseFirst(!xRecent, !yRecent)
	case xRecent:
		return cmp.Or(cmp.Compare(yAt, xAt), cmp.Compare(x.ID, y.ID))
	}
	return cmp.Or(cmp.Compare(y.UpRate, x.UpRate), cmp.Compare(x.ID, y.ID))
}

// recentUnchoke returns when a neighbour was last unchoked, and reports whether that is recent.
func (a *aria2SeedChoker) recentUnchoke(r Round, c *Candidate) (at time.Duration, recent bool) {
	at, ever := a.lastUnchoked[c.ID]
	return at, ever && r.Now-at < a.set.Recent
}

// keepRandomPeer moves the neighbour drawn at random behind the top-ranked ones, if it is not
// among them, and returns the number of neighbours to unchoke.
func (a *aria2SeedChoker) keepRandomPeer(cs []Candidate, ranked []int) int {
	n := min(len(ranked), a.set.Slots)
	for i, x := range ranked[n:] {
		if cs[x].ID == a.randomPeer {
			ranked[n], ranked[n+i] = ranked[n+i], ranked[n]
			return n + 1
		}
	}
	return n
}
