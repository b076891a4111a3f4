package choke

import (
	"cmp"
	"slices"
)

var mainline = Strategy{
	Name:     "mainline",
	About:    "Cohen's client: the fastest uploaders, then down a list that begins with the optimistic unchoke",
	Defaults: func() any { return &Mainline{UploadSlots: UploadSlots{4}, Min: 2, RotationRounds: 3} },
	New:      func(s any) Choker { return &mainlineChoker{set: *s.(*Mainline)} },
}

// Mainline holds the settings of mainline. Slots includes the optimistic slot.
type Mainline struct {
	UploadSlots
	Min            int `json:"min,omitempty" jsonschema:"slots that are filled even if too few neighbours have earned one" min:"1" max:"1000"`
	RotationRounds int `json:"rotation_rounds,omitempty" jsonschema:"periodic rounds between rotations of the list" min:"1" max:"1000" former:"turn"`
}

// MaxSlots returns the larger of Slots and Min.
func (m *Mainline) MaxSlots(Round) int { return max(m.Slots, m.Min) }

// mainlineChoker follows Choker.py of mainline 4.x. Slots-1 slots go to the neighbours that upload
// fastest to us (mainline's preferred), among those that are interested, no seeds, not snubbed and have a rate
// above 0: to mainline a neighbour that never sent a block is snubbed, too.
// It then walks down the list of connections, skips seeds, and unchokes every other neighbour,
// interested or not, until it has unchoked max(1, Min-f) interested ones more, where f is the
// number of the fastest above.
//
// Every RotationRounds periodic rounds it rotates the list, so that the next neighbour that is
// choked and interested is at its head: that neighbour is unchoked optimistically. A new neighbour
// is inserted at a random position.
type mainlineChoker struct {
	set     Mainline
	list    []int // IDs of all neighbours
	fastest []int // IDs of the fastest uploaders, which hold earned slots
	rounds  int   // periodic rounds so far
}

func (m *mainlineChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	m.syncList(r, cs)
	if r.Periodic {
		if m.rounds%m.set.RotationRounds == 0 {
			m.rotate(cs)
		}
		m.rounds++
	}
	first := len(out)
	for i := range cs {
		if c := &cs[i]; c.Interested && !c.Snubbed && !c.Complete && c.DownRate > 0 {
			out = append(out, i)
		}
	}
	slices.SortFunc(out[first:], func(a, b int) int {
		return cmp.Or(cmp.Compare(cs[b].DownRate, cs[a].DownRate), cmp.Compare(cs[a].ID, cs[b].ID))
	})
	out = out[:min(len(out), first+m.set.Slots-1)]
	m.fastest = m.fastest[:0]
	for _, i := range out[first:] {
		m.fastest = append(m.fastest, cs[i].ID)
	}
	return m.addFromList(cs, out, first, max(1, m.set.Min-len(m.fastest)))
}

// addFromList walks down the list and appends neighbours, until interestedLeft of those appended
// are interested. The neighbours in out[first:] are unchoked already.
func (m *mainlineChoker) addFromList(cs []Candidate, out []int, first, interestedLeft int) []int {
	for _, id := range m.list {
		if interestedLeft == 0 {
			break
		}
		i := indexOf(cs, id)
		if slices.Contains(out[first:], i) || cs[i].Complete {
			continue
		}
		out = append(out, i)
		if cs[i].Interested {
			interestedLeft--
		}
	}
	return out
}

// syncList removes the neighbours that have left and inserts new ones.
func (m *mainlineChoker) syncList(r Round, cs []Candidate) {
	m.list = slices.DeleteFunc(m.list, func(id int) bool { return indexOf(cs, id) < 0 })
	for i := range cs {
		if !slices.Contains(m.list, cs[i].ID) {
			m.list = slices.Insert(m.list, r.Rand.IntN(len(m.list)+1), cs[i].ID)
		}
	}
}

// rotate moves the first choked and interested neighbour to the front of the list, and all before
// it to the end.
func (m *mainlineChoker) rotate(cs []Candidate) {
	n := slices.IndexFunc(m.list, func(id int) bool {
		c := &cs[indexOf(cs, id)]
		return !c.Unchoked && c.Interested
	})
	if n < 0 {
		return
	}
	slices.Reverse(m.list[:n])
	slices.Reverse(m.list[n:])
	slices.Reverse(m.list)
}

// Optimistic reports whether the neighbour holds a slot that it has not earned by its rate.
func (m *mainlineChoker) Optimistic(id int) bool { return !slices.Contains(m.fastest, id) }
