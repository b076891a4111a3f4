package choke

import "time"

// newcomer is how long a neighbour counts as new (Transmission: 45 s).
const newPeerTime = 45 * time.Second

var surplus = Strategy{
	Name:     "surplus",
	About:    "whoever has something for us and has not been sent much more than it sent; no slots",
	Defaults: func() any { return &Surplus{Bytes: 100 << 10} },
	New:      func(s any) Choker { return surplusChoker{*s.(*Surplus)} },
}

// Surplus are the settings of surplus.
type Surplus struct {
	Bytes int64 `json:"bytes,omitempty" jsonschema:"how much more a neighbour may have been sent than it sent" min:"1"`
}

// surplusChoker is uploadAllowed of anacrolix/torrent for a client that does
// not seed: tit for tat in bytes, neighbour by neighbour. It is meant to be
// asked after every block.
type surplusChoker struct{ set Surplus }

func (s surplusChoker) Unchoke(_ Round, cs []Candidate, out []int) []int {
	for i := range cs {
		if c := &cs[i]; c.Interesting && c.Uploaded < c.Downloaded+s.set.Bytes {
			out = append(out, i)
		}
	}
	return out
}

var everyone = Strategy{
	Name:     "everyone",
	About:    "all neighbours, always",
	Defaults: func() any { return &struct{}{} },
	New:      func(any) Choker { return everyoneChoker{} },
}

type everyoneChoker struct{}

func (everyoneChoker) Unchoke(_ Round, cs []Candidate, out []int) []int {
	for i := range cs {
		if !cs[i].Complete {
			out = append(out, i)
		}
	}
	return out
}

// Open makes the choker an Open one.
func (everyoneChoker) UnchokesAll() {}
