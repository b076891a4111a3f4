package choke

import "time"

var random = Strategy{
	Name:     "random",
	About:    "neighbours drawn at random, whatever they upload",
	Defaults: func() any { return &Random{UploadSlots: UploadSlots{4}, Rotate: 30 * time.Second} },
	New:      func(s any) Choker { return &randomChoker{set: *s.(*Random), drawnAt: -1} },
}

// Random holds the settings of random.
type Random struct {
	UploadSlots
	Rotate time.Duration `json:"rotate,omitempty" jsonschema:"time until all slots are drawn again" min:"1 s"`
}

// randomChoker draws all slots in a periodic round, and again in the first one after Rotate has
// passed. In between it keeps them and fills those that become free.
type randomChoker struct {
	set     Random
	drawnAt time.Duration // -1 before the first draw
	taken   []bool        // scratch: by candidate
	order   []int         // scratch: indices
}

func (c *randomChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	if !r.Periodic || c.drawnAt >= 0 && r.Now-c.drawnAt < c.set.Rotate {
		return c.fillSlots(r, cs, out)
	}
	c.drawnAt = r.Now
	c.order = c.order[:0]
	for i := range cs {
		c.order = append(c.order, i)
	}
	r.Rand.Shuffle(len(cs), func(i, j int) { c.order[i], c.order[j] = c.order[j], c.order[i] })
	first := len(out)
	for _, i := range c.order {
		if len(out)-first == c.set.Slots {
			break
		}
		if cs[i].Interested {
			out = append(out, i)
		}
	}
	return out
}

// fillSlots gives the slots to interested neighbours: first to those that hold one, so that a call
// between draws moves no slot needlessly, then to others; at random among equals.
func (c *randomChoker) fillSlots(r Round, cs []Candidate, out []int) []int {
	c.taken = append(c.taken[:0], make([]bool, len(cs))...)
	free := c.set.Slots
	for _, unchoked := range []bool{true, false} {
		for free > 0 {
			chosen, seen := -1, 0
			for i := range cs {
				if !cs[i].Interested || c.taken[i] || cs[i].Unchoked != unchoked {
					continue
				}
				if seen++; r.Rand.IntN(seen) == 0 {
					chosen = i
				}
			}
			if chosen < 0 {
				break
			}
			c.taken[chosen] = true
			out = append(out, chosen)
			free--
		}
	}
	return out
}
