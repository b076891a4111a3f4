package client

// piece is a piece that has been started and is not complete. With few blocks,
// what a request touches of it is one cache line, and a block touches one more.
type activePiece struct {
	state       []uint8 // of each block: how many neighbours are asked for it, or blockHere
	inlineState [inlineBlocks]uint8
	index       int
	open        int32 // blocks neither received nor asked of anybody
	hint        int32 // no block before it is open
	blocks      int32
	received    int32 // blocks received

	inlineSenders [inlineBlocks]uint32 // see senders

	senderList []uint32
	parole     uint32 // serial of the one connection that may send it; 0 for any
	owner      uint32 // serial of the connection that began it; 0 once that is gone
	order      uint32 // grows from one started piece to the next, where many are
	_          [28]byte
}

// fewBlocks are as many as a piece has room for of its own.
const inlineBlocks = 16

// pieces are some that are made at a time, so that those of a peer stand side by side:
// in whole cache lines with the word that the allocator puts before them.
type pieceSlab struct {
	_  [56]byte
	of [4]activePiece
}

// newPieces makes some pieces to be used.
func (p *Peer) growPieces() {
	p.addPieces((&pieceSlab{}).of[:])
}

// addPieces adds some, the first to be used first.
func (p *Peer) addPieces(made []activePiece) {
	for i := len(made) - 1; i >= 0; i-- {
		p.sparePieces = append(p.sparePieces, &made[i])
	}
}

// room makes the lists of a piece that is used for the first time.
func (s *activePiece) allocate(blocks int) {
	s.state = s.inlineState[:]
	if blocks > inlineBlocks {
		s.state, s.senderList = make([]uint8, blocks), make([]uint32, blocks)
	}
}

// senders are the serials of the connections that the blocks came from.
func (s *activePiece) senders() []uint32 {
	if len(s.state) > inlineBlocks {
		return s.senderList
	}
	return s.inlineSenders[:]
}

const (
	blockReceived = 255
	maxRequesters = 254
)

// start begins a piece with a neighbour; alone with it if the piece is suspect.
func (p *Peer) startPiece(index int, c *conn) *activePiece {
	if len(p.sparePieces) == 0 {
		p.growPieces()
	}
	n := len(p.sparePieces) - 1
	s := p.sparePieces[n]
	p.sparePieces = p.sparePieces[:n]
	if s.state == nil {
		s.allocate(int(p.blocksPerPiece))
	}
	s.index, s.blocks = index, int32(p.torrent.Blocks(index))
	s.received, s.hint, s.open = 0, 0, s.blocks
	clear(s.state)
	s.parole, s.owner = 0, c.serial
	p.assignParole(s, c)
	p.markStarted(index)
	p.openBlocks += int(s.open)
	p.addActive(s)
	return s
}

// started is a started piece, and what most looks for one are content with, so that
// they need not go to each. Of many the lookup knows better what is open.
type activeEntry struct {
	piece *activePiece
	index int32
	open  int32 // its open blocks
}

// addOpen adds to the open blocks of a started piece, or takes from them.
func (p *Peer) addOpen(s *activePiece, by int32) {
	s.open += by
	p.openBlocks += int(by)
	if p.set.Assignment == PickerDriven {
		switch s.open {
		case 0:
			p.removeCandidate(s.index)
		case by:
			p.addCandidate(s.index)
		}
	}
	if p.manyActive() {
		p.activeIndex.opened(s)
		return
	}
	for i := range p.active {
		if x := &p.active[i]; int(x.index) == s.index {
			x.open = s.open
			return
		}
	}
}

// takeUp notes that a piece is somebody's to fetch, and giveBack that it is
// nobody's.
func (p *Peer) markStarted(index int) {
	if p.wanted.has(index) {
		p.wanted.unset(index)
		p.wantedCount--
		if p.set.Assignment != PickerDriven { // else it still may be named, being started
			p.removeCandidate(index)
		}
	}
}

func (p *Peer) markWanted(index int) {
	if !p.wanted.has(index) {
		p.wanted.set(index)
		p.wantedCount++
		p.addCandidate(index)
	}
}

// startedPiece finds a started piece by its number.
func (p *Peer) activePiece(index int) *activePiece {
	if p.manyActive() {
		return p.activeIndex.find(index)
	}
	for i := range p.active {
		if x := &p.active[i]; int(x.index) == index {
			return x.piece
		}
	}
	return nil
}

// finish takes a piece, all of whose blocks are here or given up, off the list.
func (p *Peer) dropActive(s *activePiece) {
	p.removeActive(s)
	p.scoping().ended(s)
	p.sparePieces = append(p.sparePieces, s)
}

// nextOpen is the first block that nobody is asked for. There must be one.
func (s *activePiece) nextOpen() int {
	for s.state[s.hint] != 0 {
		s.hint++
	}
	return int(s.hint)
}
