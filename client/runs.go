package client

// Runs, as libtorrent 2.0 has them: request_blocks.cpp, request_a_block, and
// piece_picker.cpp, pick_pieces.

// runSeconds is how long a run of pieces should keep a neighbour busy:
// whole_pieces_threshold of libtorrent, 20 s; and runMost its longest, in bytes.
const (
	contiguousTime = 20
	maxContiguous  = 8 << 20
)

// runEarly is how many pieces a peer has before rarity counts: libtorrent's
// initial_picker_threshold. Until then started pieces come first.
const initialPieces = 4

// setAsideRun gives a neighbour whole pieces. It looks at rarity first, at
// pieces that are started before new ones of the same rarity, and leaves alone,
// while there is something else, a started piece that others are asked for.
// From a new piece it goes on with those before it and then those behind it,
// however common they are: libtorrent's contiguous blocks. Where too many pieces
// are started those come first, whosever they are, and runs end.
func (p *Peer) assignRun(id ConnID) bool {
	c := &p.conns[id]
	theirs := p.requestableFrom(id)
	early, crowded := p.haveCount < initialPieces, p.crowded()
	length := 0
	if !crowded {
		length = int(min(c.pace.SmoothedRate(p.now)*contiguousTime, maxContiguous) / float64(p.torrent.PieceLength))
	}
	free, shared := p.openPieces(c, theirs, length, crowded)
	index, fresh := p.newPiece(c, theirs)
	partialsFirst := early || crowded
	switch {
	case free != nil && (!fresh || partialsFirst || p.startedBeats(c, free, index)):
		p.reserveOpenBlocks(c, free, length)
	case shared != nil && (!fresh || partialsFirst):
		p.reserve(c, shared, shared.nextOpen())
	case fresh:
		p.startRun(c, theirs, index, length)
	default:
		return false
	}
	return true
}

// crowded reports whether the pieces with open blocks are enough to come first:
// half as many again as there are neighbours, or 2,048 blocks' worth
// (piece_picker.cpp, pick_pieces).
func (p *Peer) crowded() bool {
	if p.openBlocks == 0 {
		return false
	}
	n := 0
	for _, x := range p.activeWithOpen() {
		if x.open > 0 {
			n++
		}
	}
	return n > len(p.established)*3/2 || n*int(p.blocksPerPiece) > 2048
}

// openPieces are the started pieces to go on with: free for this neighbour, or
// shared with others that are asked for blocks of it, which runs avoid
// (piece_picker.cpp, add_blocks_downloading).
func (p *Peer) openPieces(c *conn, theirs bitset, length int, crowded bool) (free, shared *activePiece) {
	if p.openBlocks == 0 {
		return nil, nil
	}
	for _, x := range p.activeWithOpen() {
		s := x.piece
		if s.open == 0 || !theirs.has(s.index) || !s.mayJoin(c) {
			continue
		}
		at := &free
		if length > 0 && p.askedOfOthers(c, s) {
			at = &shared
		}
		if *at == nil || p.prefers(c, s, *at, crowded) {
			*at = s
		}
	}
	return free, shared
}

// askedOfOthers reports whether anybody else is asked for a block of a piece.
func (p *Peer) askedOfOthers(c *conn, s *activePiece) bool {
	asked := s.blocks - s.received - s.open
	if asked == 0 {
		return false
	}
	for _, b := range c.requests {
		if int(b/p.blocksPerPiece) == s.index {
			asked--
		}
	}
	return asked > 0
}

// prefers reports whether to go on with a rather than with b: the rarer, or for a
// neighbour that snubs us the more common; where many are started, of the same
// rarity that with the fewest blocks open (piece_picker.cpp,
// partial_compare_rarest_first). The first pieces are taken in their order.
func (p *Peer) prefers(c *conn, a, b *activePiece, crowded bool) bool {
	switch ca, cb := p.copies[a.index], p.copies[b.index]; {
	case p.haveCount < initialPieces:
		return a.index < b.index
	case ca != cb:
		return (ca < cb) != (c.snubbed && !crowded)
	}
	return crowded && a.blocks-a.open > b.blocks-b.open
}

// newPiece names a piece to begin: what the picker says, or the most common one
// for a neighbour that snubs us, so that all such neighbours share pieces
// (peer_connection.cpp, picker_options).
func (p *Peer) newPiece(c *conn, theirs bitset) (index int, ok bool) {
	if p.wantedCount == 0 {
		return 0, false
	}
	index, ok = p.pickNew(c, theirs, p.wanted)
	if !ok || !c.snubbed || p.haveCount < initialPieces {
		return index, ok
	}
	if x := p.pieceIndex(); x != nil {
		if i, ok := x.Commonest(p.view(c, theirs, p.wanted, false)); ok && p.copies[i] > p.copies[index] {
			index = i
		}
		return index, true
	}
	for i := range p.numPieces {
		if p.wanted.has(i) && theirs.has(i) && p.copies[i] > p.copies[index] {
			index = i
		}
	}
	return index, true
}

// startedBeats reports whether a started piece comes before a new one.
func (p *Peer) startedBeats(c *conn, s *activePiece, index int) bool {
	if c.snubbed {
		return p.copies[s.index] > p.copies[index]
	}
	return p.copies[s.index] <= p.copies[index]
}

// reserveOpen sets a started piece's open blocks aside: all of them in a run,
// one otherwise.
func (p *Peer) reserveOpenBlocks(c *conn, s *activePiece, length int) {
	for {
		p.reserve(c, s, s.nextOpen())
		if length == 0 || s.open == 0 {
			return
		}
	}
}

// beginRun starts a piece, and its neighbours as far as the run goes
// (piece_picker.cpp, expand_piece).
func (p *Peer) startRun(c *conn, theirs bitset, index, length int) {
	first, last := index, index
	for last-first+1 < length && first > 0 && p.wanted.has(first-1) && theirs.has(first-1) {
		first--
	}
	for last-first+1 < length && last+1 < p.numPieces && p.wanted.has(last+1) && theirs.has(last+1) {
		last++
	}
	for i := first; i <= last; i++ {
		p.reserveOpenBlocks(c, p.startPiece(i, c), length)
	}
}

// dropUnsent gives back what is set aside for a neighbour and not asked of it
// (peer_connection.cpp, clear_request_queue).
func (p *Peer) dropReserved(c *conn) {
	at := len(c.requests) - int(c.reservedCount)
	for _, b := range c.requests[at:] {
		p.unassign(b)
	}
	c.requests, c.reservedCount = c.requests[:at], 0
	p.abandonUntouched()
}

// unstart takes back the start of pieces of which nothing came and nothing is
// asked any more: they are like any other (piece_picker.cpp, abort_download).
func (p *Peer) abandonUntouched() {
	if p.set.Assignment != Contiguous {
		return
	}
	list := p.activeWithOpen()
	for k := len(list) - 1; k >= 0; k-- {
		if s := list[k].piece; s.open == s.blocks {
			p.openBlocks -= int(s.open)
			p.dropActive(s)
			p.markWanted(s.index)
		}
	}
}
