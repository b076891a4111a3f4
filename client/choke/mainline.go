package choke

import (
	"cmp"
	"slices"
)

var mainline = Strategy{
	Name:     "mainline",
	About:    "Cohen's: the fastest uploaders, then down a list that begins with the optimistic unchoke",
	Defaults: func() any { return &Mainline{UploadSlots: UploadSlots{4}, Min: 2, Turn: 3} },
	New:      func(s any) Choker { return &mainlineChoker{set: *s.(*Mainline)} },
}

// Mainline are the settings of mainline.
type Mainline struct {
	UploadSlots
	Min  int `json:"min,omitempty" jsonschema:"slots filled at least, even if nobody has earned them" min:"1" max:"1000"`
	Turn int `json:"turn,omitempty" jsonschema:"rounds between turns of the list" min:"1" max:"1000"`
}

// Most is the slots, or what is filled at least if that is more.
func (m *Mainline) MaxSlots(Round) int { return max(m.Slots, m.Min) }

// mainlineChoker is Choker of mainline 4.x. One slot less than there are go to
// the interested neighbours that upload fastest; then the list of connections
// is walked until one more interested neighbour, or as many as make Min, is
// unchoked, and those without interest on the way with it. Every third round
// the list is turned to begin with the next neighbour that is choked and
// interested. A new neighbour comes in at a random place.
type mainlineChoker struct {
	set       Mainline
	order     []int // IDs
	preferred []int // likewise, of those who upload fastest
	rounds    int
}

func (m *mainlineChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	first := len(out)
	m.syncList(r, cs)
	at := func(id int) *Candidate { return &cs[indexOf(cs, id)] }
	if r.Periodic {
		if m.rounds%m.set.Turn == 0 {
			for i, id := range m.order {
				if c := at(id); !c.Unchoked && c.Interested {
					rotateTo(m.order, i)
					break
				}
			}
		}
		m.rounds++
	}
	for i := range cs {
		if c := &cs[i]; c.Interested && !c.Snubbed && !c.Complete && c.DownRate > 0 {
			out = append(out, i)
		}
	}
	slices.SortFunc(out[first:], func(a, b int) int {
		return cmp.Or(cmp.Compare(cs[b].DownRate, cs[a].DownRate), cmp.Compare(cs[a].ID, cs[b].ID))
	})
	out = out[:min(len(out), first+m.set.Slots-1)]
	preferred := len(out)
	m.preferred = m.preferred[:0]
	for _, i := range out[first:] {
		m.preferred = append(m.preferred, cs[i].ID)
	}
	for count := max(1, m.set.Min-(preferred-first)); count > 0; count-- {
		found := false
		for _, id := range m.order {
			i := indexOf(cs, id)
			if slices.Contains(out[first:], i) || cs[i].Complete {
				continue
			}
			out = append(out, i)
			if found = cs[i].Interested; found {
				break
			}
		}
		if !found {
			break
		}
	}
	return out
}

// follow keeps the list to those who are there.
func (m *mainlineChoker) syncList(r Round, cs []Candidate) {
	m.order = slices.DeleteFunc(m.order, func(id int) bool { return indexOf(cs, id) < 0 })
	for i := range cs {
		if !slices.Contains(m.order, cs[i].ID) {
			m.order = slices.Insert(m.order, r.Rand.IntN(len(m.order)+1), cs[i].ID)
		}
	}
}

func indexOf(cs []Candidate, id int) int {
	return slices.IndexFunc(cs, func(c Candidate) bool { return c.ID == id })
}

// beginWith turns a list so that it begins with its i-th.
func rotateTo(list []int, i int) {
	slices.Reverse(list[:i])
	slices.Reverse(list[i:])
	slices.Reverse(list)
}
