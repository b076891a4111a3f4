package choke

import (
	"math/rand/v2"
	"time"
)

// Choker decides which neighbours are unchoked: which of them may download from us (BEP 3).
type Choker interface {
	// Unchoke appends to out the indices, in candidates, of all neighbours that are to be
	// unchoked from now on, and returns the extended slice. Every other candidate is choked.
	//
	// The candidates are the connected neighbours that have completed their handshakes, in the
	// same order at each call. The choker must not change them, must not return an index twice
	// and must not return a candidate that is Complete. It may return neighbours that are not
	// Interested: they can request blocks as soon as they become interested.
	//
	// The result may depend on the arguments, on r.Rand and on what the choker has remembered
	// from earlier calls, and on nothing else.
	Unchoke(r Round, candidates []Candidate, out []int) []int
}

// Candidate is a connected neighbour as a choker sees it. Times are since the run began.
type Candidate struct {
	ID  int    // identifies the neighbour for as long as it is connected; 0 or more
	Key uint64 // the last eight bytes of its peer ID, which all its neighbours see alike

	Interested  bool // it is interested in us (BEP 3: peer_interested)
	Interesting bool // we are interested in it (am_interested)
	Unchoked    bool // we have unchoked it (not am_choking)
	UnchokesUs  bool // it has unchoked us (not peer_choking)
	Snubbed     bool // it has unchoked us, and has not sent a requested block for a while
	Complete    bool // it has announced every piece: it is a seed
	Pieces      int  // number of pieces it has announced

	ConnectedAt    time.Duration
	ChokeChangedAt time.Duration // when we last choked or unchoked it; ConnectedAt before that
	LastBlockAt    time.Duration // when it last sent us a block; ConnectedAt before that

	DownRate   float64 // bytes per second from it to us, over the client's rate window
	UpRate     float64 // bytes per second from us to it, likewise
	Downloaded int64   // bytes of blocks from it to us since it connected
	Uploaded   int64   // bytes of blocks from us to it since it connected
}

// Round describes a call of Unchoke, and the choker's own peer.
type Round struct {
	Now time.Duration // since the run began

	// Periodic is true for the regular rounds, and false for calls in between. A
	// strategy that draws lots or counts rounds does so in periodic rounds only.
	Periodic bool

	Rand *rand.Rand // the peer's own source of randomness
	Key  uint64     // the last eight bytes of our own peer ID

	UplinkRate   int64 // bytes per second that our uplink carries; 0 for unknown
	ContentBytes int64 // length of the torrent's content
	PieceBytes   int64 // length of a piece
	BlockBytes   int64 // length of a block
}

// SlotLimiter is implemented by settings whose strategy limits the upload slots. MaxSlots returns
// the largest number of interested neighbours that a call of Unchoke with the given round may
// return. The conformance suite enforces it.
type SlotLimiter interface {
	MaxSlots(r Round) int
}

// OptimisticUnchoker is a choker that distinguishes optimistic slots from earned ones, so that a
// run can record which neighbours a peer prefers. A choker that does not implement it gives no
// optimistic slots, or does not distinguish them.
type OptimisticUnchoker interface {
	Choker
	// Optimistic reports whether the neighbour with the given ID was unchoked optimistically by
	// the last call of Unchoke. It is asked only of neighbours that hold a slot.
	Optimistic(id int) bool
}

// RateAllocator is a choker that also divides the uplink among the neighbours it unchokes. With
// other chokers the network divides it.
type RateAllocator interface {
	Choker
	// Rates appends the upload limit of each neighbour that the last Unchoke returned, in the
	// same order, in bytes per second; 0 means no limit. If the uplink rate is known, the sum
	// does not exceed it.
	Rates(out []float64) []float64
}

// UnchokesAll is implemented by chokers that unchoke every neighbour except seeds. Their result
// changes only when a neighbour connects or completes, so the client need not call them after
// every block.
type UnchokesAll interface {
	Choker
	UnchokesAll()
}

// contentShare is the fraction of an uplink that a RateAllocator divides. The rest is for
// headers, requests and HAVE messages: an uplink of 1 MB/s of IP packets carries 965 kB/s of TCP
// payload, part of which is not blocks. Allocating more than there is would leave the division to
// the network again.
const contentShare = 0.95

// contentRate returns the part of an uplink that can carry blocks, in bytes per second.
func contentRate(uplinkRate int64) float64 { return float64(contentShare * float64(uplinkRate)) }
