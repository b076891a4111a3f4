package choke

var never = Strategy{
	Name:     "never",
	About:    "no neighbour: a free-rider's choker",
	Defaults: func() any { return &Never{} },
	New:      func(any) Choker { return neverChoker{} },
}

// Never holds the settings of never, which has none. Package sim looks for this type: a complete
// peer whose seed choker is never counts as idle, not as a seed.
type Never struct{}

// MaxSlots returns 0.
func (*Never) MaxSlots(Round) int { return 0 }

// neverChoker keeps every neighbour choked.
type neverChoker struct{}

func (neverChoker) Unchoke(_ Round, _ []Candidate, out []int) []int { return out }
