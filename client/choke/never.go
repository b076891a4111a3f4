package choke

var never = Strategy{
	Name:     "never",
	About:    "no neighbour: a free-rider's choker",
	Defaults: func() any { return &Never{} },
	New:      func(any) Choker { return neverChoker{} },
}

// Never holds the settings of never, which has none. Package sim recognizes free-riders by the
// type.
type Never struct{}

// MaxSlots returns 0.
func (*Never) MaxSlots(Round) int { return 0 }

// neverChoker keeps every neighbour choked.
type neverChoker struct{}

func (neverChoker) Unchoke(_ Round, _ []Candidate, out []int) []int { return out }
