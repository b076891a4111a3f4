package live

import (
	"slices"
	"sync"

	"swarmsim/client/choke"
)

// slots divides a number of upload slots among the torrents of a session: each gets as many as its choker
// asks for, or an equal part of what the others leave (max-min fairness). Never more are granted than there
// are: a torrent whose part grows waits until the choker of another has run.
type slots struct {
	total int // 0 for no limit

	mu       sync.Mutex
	torrents []*slotUse // in the order in which they came
}

// slotUse is what one torrent has of the slots.
type slotUse struct {
	wanted  int // interested neighbours that its choker has chosen
	granted int // of these, those that are unchoked
}

// join adds a torrent.
func (s *slots) join() *slotUse {
	u := &slotUse{}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.torrents = append(s.torrents, u)
	return u
}

// leave removes a torrent, which need not have joined.
func (s *slots) leave(u *slotUse) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.torrents = slices.DeleteFunc(s.torrents, func(x *slotUse) bool { return x == u })
}

// grant returns how many of the neighbours that a torrent's choker has chosen may be unchoked.
func (s *slots) grant(u *slotUse, wanted int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	u.wanted = wanted
	left := s.total
	for _, x := range s.torrents {
		if x != u {
			left -= x.granted
		}
	}
	u.granted = max(0, min(s.partOf(u), left))
	return u.granted
}

// partOf returns a torrent's part: all that it wants, if it wants no more than an equal part.
func (s *slots) partOf(u *slotUse) int {
	byWant := slices.Clone(s.torrents)
	slices.SortStableFunc(byWant, func(a, b *slotUse) int { return a.wanted - b.wanted })
	left := s.total
	for i, x := range byWant {
		// Rounded up for those that want most: the remainder goes to them.
		part := min(x.wanted, left/(len(byWant)-i))
		if x == u {
			return part
		}
		left -= part
	}
	return 0
}

// slotChoker is a choker whose choice is cut to the torrent's part of the session's upload slots.
// Neighbours that are not interested stay choked, because they would take a slot when they become
// interested. Optimistic slots are kept first, for those that have nothing yet.
type slotChoker struct {
	choke.Choker
	slots *slots
	use   *slotUse
	kept  []int // places in the choice of those that are unchoked
}

// limitSlots wraps a choker if the number of slots is limited.
func (s *slots) limitSlots(c choke.Choker, u *slotUse) choke.Choker {
	if s.total == 0 {
		return c
	}
	limited := &slotChoker{Choker: c, slots: s, use: u}
	if rates, ok := c.(choke.RateAllocator); ok {
		return &slotRates{limited, rates}
	}
	return limited
}

// Unchoke is part of choke.Choker.
func (c *slotChoker) Unchoke(r choke.Round, candidates []choke.Candidate, out []int) []int {
	first := len(out)
	out = c.Choker.Unchoke(r, candidates, out)
	chosen := out[first:]
	c.kept = c.kept[:0]
	for place, i := range chosen {
		if candidates[i].Interested {
			c.kept = append(c.kept, place)
		}
	}
	optimistic := func(place int) int {
		if c.Optimistic(candidates[chosen[place]].ID) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(c.kept, func(a, b int) int { return optimistic(a) - optimistic(b) })
	c.kept = c.kept[:c.slots.grant(c.use, len(c.kept))]
	slices.Sort(c.kept)
	for k, place := range c.kept {
		out[first+k] = chosen[place]
	}
	return out[:first+len(c.kept)]
}

// Optimistic is part of choke.OptimisticUnchoker.
func (c *slotChoker) Optimistic(id int) bool {
	o, ok := c.Choker.(choke.OptimisticUnchoker)
	return ok && o.Optimistic(id)
}

// slotRates is a slotChoker that divides the uplink.
type slotRates struct {
	*slotChoker
	rates choke.RateAllocator
}

// Rates is part of choke.RateAllocator.
func (c *slotRates) Rates(out []float64) []float64 {
	all := c.rates.Rates(nil)
	for _, place := range c.kept {
		out = append(out, all[place])
	}
	return out
}
