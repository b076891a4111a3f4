package client

// piece is a piece that has been started and is not complete. With few blocks,
// what a request touches of it is one cache line, and a block touches one more.
type piece struct {
	state  []uint8 // of each block: how many neighbours are asked for it, or blockHere
	few    [fewBlocks]uint8
	index  int
	open   int32 // blocks neither received nor asked of anybody
	hint   int32 // no block before it is open
	blocks int32
	got    int32 // blocks received

	fewFrom [fewBlocks]uint32 // see senders

	from   []uint32
	parole uint32 // serial of the one connection that may send it; 0 for any
	owner  uint32 // serial of the connection that began it; 0 once that is gone
	order  uint32 // grows from one started piece to the next, where many are
	_      [28]byte
}

// fewBlocks are as many as a piece has room for of its own.
const fewBlocks = 16

// pieces are some that are made at a time, so that those of a peer stand side by side:
// in whole cache lines with the word that the allocator puts before them.
type pieces struct {
	_  [56]byte
	of [4]piece
}

// newPieces makes some pieces to be used.
func (p *Peer) newPieces() {
	p.addPieces((&pieces{}).of[:])
}

// addPieces adds some, the first to be used first.
func (p *Peer) addPieces(made []piece) {
	for i := len(made) - 1; i >= 0; i-- {
		p.spare = append(p.spare, &made[i])
	}
}

// room makes the lists of a piece that is used for the first time.
func (s *piece) room(blocks int) {
	s.state = s.few[:]
	if blocks > fewBlocks {
		s.state, s.from = make([]uint8, blocks), make([]uint32, blocks)
	}
}

// senders are the serials of the connections that the blocks came from.
func (s *piece) senders() []uint32 {
	if len(s.state) > fewBlocks {
		return s.from
	}
	return s.fewFrom[:]
}

const (
	blockHere = 255
	maxAsked  = 254
)

// start begins a piece with a neighbour; alone with it if the piece is suspect.
func (p *Peer) start(index int, c *conn) *piece {
	if len(p.spare) == 0 {
		p.newPieces()
	}
	n := len(p.spare) - 1
	s := p.spare[n]
	p.spare = p.spare[:n]
	if s.state == nil {
		s.room(int(p.perPc))
	}
	s.index, s.blocks = index, int32(p.torrent.Blocks(index))
	s.got, s.hint, s.open = 0, 0, s.blocks
	clear(s.state)
	s.parole, s.owner = 0, c.serial
	p.watchOver(s, c)
	p.takeUp(index)
	p.open += int(s.open)
	p.enlist(s)
	return s
}

// started is a started piece, and what most looks for one are content with, so that
// they need not go to each. Of many the lookup knows better what is open.
type started struct {
	piece *piece
	index int32
	open  int32 // its open blocks
}

// addOpen adds to the open blocks of a started piece, or takes from them.
func (p *Peer) addOpen(s *piece, by int32) {
	s.open += by
	p.open += int(by)
	if p.set.Sharing == AsPicked {
		switch s.open {
		case 0:
			p.removeCandidate(s.index)
		case by:
			p.addCandidate(s.index)
		}
	}
	if p.many() {
		p.lookup.opened(s)
		return
	}
	for i := range p.started {
		if x := &p.started[i]; int(x.index) == s.index {
			x.open = s.open
			return
		}
	}
}

// takeUp notes that a piece is somebody's to fetch, and giveBack that it is
// nobody's.
func (p *Peer) takeUp(index int) {
	if p.wanted.has(index) {
		p.wanted.unset(index)
		p.wantedCnt--
		if p.set.Sharing != AsPicked { // else it still may be named, being started
			p.removeCandidate(index)
		}
	}
}

func (p *Peer) giveBack(index int) {
	if !p.wanted.has(index) {
		p.wanted.set(index)
		p.wantedCnt++
		p.addCandidate(index)
	}
}

// startedPiece finds a started piece by its number.
func (p *Peer) startedPiece(index int) *piece {
	if p.many() {
		return p.lookup.find(index)
	}
	for i := range p.started {
		if x := &p.started[i]; int(x.index) == index {
			return x.piece
		}
	}
	return nil
}

// finish takes a piece, all of whose blocks are here or given up, off the list.
func (p *Peer) finish(s *piece) {
	p.strikeOut(s)
	p.scoping().ended(s)
	p.spare = append(p.spare, s)
}

// nextOpen is the first block that nobody is asked for. There must be one.
func (s *piece) nextOpen() int {
	for s.state[s.hint] != 0 {
		s.hint++
	}
	return int(s.hint)
}
