package choke

import (
	"math/rand/v2"
	"time"
)

// Candidate is a connected neighbour as a choker sees it.
type Candidate struct {
	ID         int    // the neighbour's number for as long as it is connected
	Key        uint64 // the end of its peer ID, by which all neighbours know it
	Interested bool   // it wants pieces from us
	Unchoked   bool   // it holds a slot now
	Snubbed    bool   // it owes us blocks and sends none
	Complete   bool   // it has everything: it wants nothing
	Wanted     bool   // it has something for us
	Since      time.Duration
	Changed    time.Duration // when it was last choked or unchoked
	LastDown   time.Duration // when it last sent us a block; when it came, if never
	DownRate   float64       // bytes per second it sends us
	UpRate     float64       // bytes per second we send it
	Downloaded int64         // bytes
	Uploaded   int64         // bytes
}

// Choker decides who may download from us. It is called every 10 seconds, and
// in between when a slot may have come free or found a taker. It appends the
// places, in the candidates, of those who shall be unchoked to out. It may keep
// state of its own: each peer has one.
type Choker interface {
	Unchoke(r Round, candidates []Candidate, out []int) []int
}

// Open is a choker that looks at nothing but who is complete: until a neighbour
// comes or completes, its answer stays the same.
type Open interface {
	Choker
	Open()
}

// Round says when and why a choker is called.
type Round struct {
	Now     time.Duration
	Regular bool // the periodic round, not one in between
	Rand    *rand.Rand
	Key     uint64 // the end of our own peer ID
}
