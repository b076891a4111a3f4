package pieces

// Active is a piece whose download has started and which is not verified. The fields that a
// request touches share one cache line if the piece has few blocks; a received block touches one
// more. See docs/speed.md.
type Active struct {
	state       []uint8 // of each block: the number of neighbours it is requested from, or received
	inlineState [inlineBlocks]uint8
	index       int
	open        int32 // blocks neither received nor requested
	hint        int32 // no block before this one is open
	blocks      int32
	received    int32

	inlineSenders [inlineBlocks]uint32

	senderList []uint32
	parole     uint32 // serial of the only connection that may send the piece; 0 for any
	owner      uint32 // serial of the connection that started it; 0 once that is gone
	order      uint32 // increases from one active piece to the next: see activeIndex
	_          [28]byte
}

// inlineBlocks is the number of blocks whose state fits in the Active itself.
const inlineBlocks = 16

const (
	blockReceived = 255
	maxRequesters = 254
)

// Index returns the piece's number.
func (a *Active) Index() int { return a.index }

// Blocks returns the number of blocks.
func (a *Active) Blocks() int { return int(a.blocks) }

// Open returns the number of blocks that are neither received nor requested.
func (a *Active) Open() int { return int(a.open) }

// Received returns the number of blocks that have been received.
func (a *Active) Received() int { return int(a.received) }

// HasBlock reports whether block i has been received.
func (a *Active) HasBlock(i int) bool { return a.state[i] == blockReceived }

// Requesters returns the number of neighbours that block i, which has not been received, is
// requested from.
func (a *Active) Requesters(i int) int { return int(a.state[i]) }

// CanRequest reports whether block i may be requested from one more neighbour: it has not been
// received, and fewer than 254 neighbours are asked for it.
func (a *Active) CanRequest(i int) bool { return a.state[i] < maxRequesters }

// Owner returns the serial number of the connection that started the piece or that it was given
// to; 0 if that connection is gone or has given it back.
func (a *Active) Owner() uint32 { return a.owner }

// SetOwner gives the piece to a connection; 0 for none.
func (a *Active) SetOwner(serial uint32) { a.owner = serial }

// MayDownload reports whether a connection may send blocks of the piece: not if the piece is on
// parole with another connection.
func (a *Active) MayDownload(serial uint32) bool { return a.parole == 0 || a.parole == serial }

// NextOpen returns the first open block. There must be one.
func (a *Active) NextOpen() int {
	for a.state[a.hint] != 0 {
		a.hint++
	}
	return int(a.hint)
}

// Unrequested is how many blocks are missing beyond the requests for them, and Requests how many
// requests for its missing blocks there are.
func (a *Active) Unrequested() (missing, requests int) {
	for _, n := range a.state[:a.blocks] {
		if n != blockReceived {
			requests += int(n)
		}
	}
	return int(a.blocks - a.received), requests
}

// senders returns the serial numbers of the connections that the blocks came from.
func (a *Active) senders() []uint32 {
	if len(a.state) > inlineBlocks {
		return a.senderList
	}
	return a.inlineSenders[:]
}

// allocate makes the lists of a piece that is used for the first time.
func (a *Active) allocate(blocks int) {
	a.state = a.inlineState[:]
	if blocks > inlineBlocks {
		a.state, a.senderList = make([]uint8, blocks), make([]uint32, blocks)
	}
}

// reset makes all blocks open.
func (a *Active) reset(index, blocks int, serial uint32) {
	a.index, a.blocks = index, int32(blocks)
	a.received, a.hint, a.open = 0, 0, a.blocks
	clear(a.state)
	a.parole, a.owner = 0, serial
}
