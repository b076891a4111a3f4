package choke

var never = Strategy{
	Name:     "never",
	About:    "nobody: a free-rider's choker",
	Defaults: func() any { return &Never{} },
	New:      func(any) Choker { return neverChoker{} },
}

// Never has no settings.
type Never struct{}

// Most is none.
func (*Never) MaxSlots(Round) int { return 0 }

// neverChoker keeps everybody choked.
type neverChoker struct{}

func (neverChoker) Unchoke(_ Round, _ []Candidate, out []int) []int { return out }
