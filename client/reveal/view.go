package reveal

import (
	"math/rand/v2"
	"time"

	"swarmsim/client/pieces"
)

// View is what a strategy sees of the peer. It is read, not changed.
type View struct {
	Now         time.Duration
	Layout      *pieces.Layout
	Copies      []uint16 // number of neighbours that have each piece
	Neighbours  Neighbours
	SnubTimeout time.Duration // without a block, after which a neighbour counts as snubbed
	Rand        *rand.Rand
}

// Neighbours are the established connections of the peer.
type Neighbours interface {
	Count() int
	// ID returns the number of the i-th neighbour, in the order in which the connections were
	// established. A neighbour keeps its number until it leaves; then another may get it.
	ID(i int) int
	// Get returns a neighbour by its number.
	Get(id int) Neighbour
}

// Neighbour is what a strategy sees of an established connection.
type Neighbour struct {
	Has            pieces.Bitset // pieces that it has
	Announced      pieces.Bitset // pieces that have been announced to it
	Unchoked       bool
	ChokeChangedAt time.Duration // when it was last choked or unchoked
	Uploading      bool          // it has a pending request, or a block in its send queue
}
