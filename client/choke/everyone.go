package choke

var everyone = Strategy{
	Name:     "everyone",
	About:    "all neighbours, always",
	Defaults: func() any { return &struct{}{} },
	New:      func(any) Choker { return everyoneChoker{} },
}

// everyoneChoker unchokes every neighbour except seeds.
type everyoneChoker struct{}

func (everyoneChoker) Unchoke(_ Round, cs []Candidate, out []int) []int {
	for i := range cs {
		if !cs[i].Complete {
			out = append(out, i)
		}
	}
	return out
}

// UnchokesAll marks the choker as one that unchokes every neighbour except seeds.
func (everyoneChoker) UnchokesAll() {}
