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

// Mainline are the settings of mainline.
type Mainline struct {
	UploadSlots
	Min            int `json:"min,omitempty" jsonschema:"slots that are filled even if too few neighbours have earned one" min:"1" max:"1000"`
	RotationRounds int `json:"rotation_rounds,omitempty" jsonschema:"periodic rounds between rotations of the list" min:"1" max:"1000" former:"turn"`
}

// MaxSlots returns the slots, or Min if that is more.
func (m *Mainline) MaxSlots(Round) int { return max(m.Slots, m.Min) }

// mainlineChoker is Choker of mainline 4.x. All slots but one go to the interested neighbours that
// upload fastest (mainline's preferred). Then it walks down the list of connections and unchokes
// every neighbour on the way until it has unchoked one more that is interested, or as many as make
// Min. At every third periodic round it rotates the list so that it begins with the next neighbour
// that is choked and interested: the optimistic unchoke. A new neighbour is inserted at a random
// place.
type mainlineChoker struct {
	set       Mainline
	list      []int // IDs of all neighbours
	preferred []int // IDs of the fastest uploaders, which hold earned slots
	rounds    int   // periodic rounds so far
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
	m.preferred = m.preferred[:0]
	for _, i := range out[first:] {
		m.preferred = append(m.preferred, cs[i].ID)
	}
	return m.addFromList(cs, out, first, max(1, m.set.Min-len(m.preferred)))
}

// addFromList walks down the list and appends neighbours until n more interested ones are
// unchoked. The neighbours from out[first] on are unchoked already.
func (m *mainlineChoker) addFromList(cs []Candidate, out []int, first, n int) []int {
	for _, id := range m.list {
		if n == 0 {
			break
		}
		i := indexOf(cs, id)
		if slices.Contains(out[first:], i) || cs[i].Complete {
			continue
		}
		out = append(out, i)
		if cs[i].Interested {
			n--
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

// Optimistic makes the choker an OptimisticUnchoker.
func (m *mainlineChoker) Optimistic(id int) bool { return !slices.Contains(m.preferred, id) }
