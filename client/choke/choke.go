package choke

import (
	"math/rand/v2"
	"time"
)

// Candidate is a connected neighbour as a choker sees it.
type Candidate struct {
	ID             int    // the neighbour's number for as long as it is connected
	Key            uint64 // the end of its peer ID, by which all neighbours know it
	Interested     bool   // it wants pieces from us
	Unchoked       bool   // it holds a slot now
	Snubbed        bool   // it owes us blocks and sends none
	Complete       bool   // it has everything: it wants nothing
	Interesting    bool   // it has something for us
	UnchokesUs     bool   // it lets us download from it
	Pieces         int    // that it says it has
	ConnectedAt    time.Duration
	ChokeChangedAt time.Duration // when it was last choked or unchoked
	LastBlockAt    time.Duration // when it last sent us a block; when it came, if never
	DownRate       float64       // bytes per second it sends us
	UpRate         float64       // bytes per second we send it
	Downloaded     int64         // bytes
	Uploaded       int64         // bytes
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
type UnchokesAll interface {
	Choker
	UnchokesAll()
}

// Round says when and why a choker is called, and what it may reckon with.
type Round struct {
	Now      time.Duration
	Periodic bool // the periodic round, not one in between
	Rand     *rand.Rand
	Key      uint64 // the end of our own peer ID

	UplinkRate   int64 // bytes per second that we can send; 0 for unknown
	ContentBytes int64 // of the content
	PieceBytes   int64 // of a piece
	BlockBytes   int64 // of a block
}

// Limited is what settings are that bound how many interested neighbours hold
// slots at a time.
type SlotLimiter interface {
	MaxSlots(r Round) int
}

// Sharer is a choker that also says how fast each of those it unchokes is
// served: it divides the uplink where others leave that to the network.
type RateAllocator interface {
	Choker
	// Rates appends the most that each of those whom the last Unchoke appended
	// is sent, in their order, in bytes per second; 0 for no limit. Where the
	// uplink is known they add up to no more than it.
	Rates(out []float64) []float64
}

// forContent is what of an uplink is left for content, beside headers, requests
// and the news of pieces: a link of 1 MB/s of IP carries 965 kB/s of what TCP
// takes, and some of that is not content. Who divides more than there is lets
// the network do it.
const contentShare = 0.95

// forContentOf is that part of an uplink, in bytes per second.
func contentRate(uplink int64) float64 { return float64(contentShare * float64(uplink)) }
