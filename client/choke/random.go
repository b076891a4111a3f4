package choke

import "time"

var random = Strategy{
	Name:     "random",
	About:    "neighbours drawn at random, whatever they upload",
	Defaults: func() any { return &Random{UploadSlots: UploadSlots{4}, Rotate: 30 * time.Second} },
	New:      func(s any) Choker { return &randomChoker{set: *s.(*Random), drawnAt: -1} },
}

// Random are the settings of random.
type Random struct {
	UploadSlots
	Rotate time.Duration `json:"rotate,omitempty" jsonschema:"how long a draw holds" min:"1 s"`
}

// randomChoker draws its slots anew every so often and in between only fills
// the slots that have come free.
type randomChoker struct {
	set     Random
	drawnAt time.Duration
	taken   []bool
	order   []int
}

func (c *randomChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	c.taken = append(c.taken[:0], make([]bool, len(cs))...)
	if r.Periodic && (c.drawnAt < 0 || r.Now-c.drawnAt >= c.set.Rotate) {
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
	return fillSlots(r, cs, c.taken, c.set.Slots, out)
}

// fill gives free slots to interested neighbours that have none: to those who
// hold one already before others, so that an extra round moves nobody without
// need, and among equals at random.
func fillSlots(r Round, cs []Candidate, taken []bool, free int, out []int) []int {
	for _, held := range []bool{true, false} {
		for free > 0 {
			n := 0
			pick := -1
			for i := range cs {
				if !cs[i].Interested || taken[i] || cs[i].Unchoked != held {
					continue
				}
				if n++; r.Rand.IntN(n) == 0 {
					pick = i
				}
			}
			if pick < 0 {
				break
			}
			taken[pick] = true
			out = append(out, pick)
			free--
		}
	}
	return out
}
