package choke

var never = Strategy{
	Name:     "never",
	About:    "nobody: a free-rider's choker",
	Defaults: func() any { return new(struct{}) },
	New:      func(any) Choker { return neverChoker{} },
}

// neverChoker keeps everybody choked.
type neverChoker struct{}

func (neverChoker) Unchoke(_ Round, _ []Candidate, out []int) []int { return out }
