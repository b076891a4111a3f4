package client

// Sharing is how neighbours share the blocks of pieces that are started.
type Assignment uint8

// The ways, and the clients that have them.
const (
	// Strict: a started piece before a new one, the rarest of those first; any
	// neighbour may go on with it (mainline).
	Strict Assignment = iota
	// Own: a neighbour is given pieces of its own (aria2).
	Exclusive
	// Runs: a neighbour is given whole pieces that follow one another, as many
	// as it sends in 20 s (libtorrent).
	Contiguous
	// FewestOpen: the piece with the fewest blocks that nobody is asked for,
	// of those the rarest (Transmission).
	FewestOpen
	// Rarest: the rarest piece, started or not (anacrolix).
	Rarest
	// AsPicked: the piece that the picker names, started or not.
	PickerDriven
)

// Sharings are the names of the ways, in their order.
var Assignments = []string{"strict", "exclusive", "contiguous", "fewest-open", "rarest", "picker-driven"}

// nextBlock chooses what to ask of a neighbour: an open block of a started
// piece or the first block of one that the picker names.
func (p *Peer) nextBlock(id ConnID) (*activePiece, int, bool) {
	c := &p.conns[id]
	theirs := p.requestableFrom(id)
	if p.set.Assignment == PickerDriven {
		return p.nextPicked(c, theirs)
	}
	var best *activeEntry
	if p.openBlocks > 0 {
		list := p.activeWithOpen()
		for i := range list {
			x := &list[i]
			if x.open == 0 || !theirs.has(int(x.index)) || p.hasParole && !x.piece.mayJoin(c) {
				continue
			}
			if best == nil || p.better(x, best) {
				best = x
			}
		}
	}
	if p.wantedCount > 0 && (best == nil || p.set.Assignment >= FewestOpen) {
		if index, ok := p.pickNew(c, theirs, p.wanted); ok && (best == nil || p.newBeats(index, best)) {
			return p.startPiece(index, c), 0, true
		}
	}
	if best == nil {
		return nil, 0, false
	}
	return best.piece, best.piece.nextOpen(), true
}

// pickNew names a piece to start with a neighbour, an end of a file if there is
// one: who previews a film soon has its index (Transmission, torrent.c:
// calculatePiecePriority). It is also what all its leechers fetch first, however
// common it is by then.
func (p *Peer) pickNew(c *conn, theirs, wanted bitset) (int, bool) {
	if p.fileEnds != nil {
		for i, w := range p.fileEnds {
			p.andScratch[i] = w & theirs[i]
		}
		if index, ok := p.pickPiece(c, p.andScratch, wanted, true); ok {
			return index, true
		}
	}
	return p.pickPiece(c, theirs, wanted, false)
}

// consult asks the picker; part tells that the neighbour would offer more.
func (p *Peer) pickPiece(c *conn, theirs, wanted bitset, part bool) (int, bool) {
	return p.cfg.Picker.Pick(p.view(c, theirs, wanted, part), p.cfg.Rand)
}

// better reports whether to go on with a rather than with b, both started.
func (p *Peer) better(a, b *activeEntry) bool {
	if p.set.Assignment == FewestOpen && a.open != b.open {
		return a.open < b.open
	}
	if p.fileEnds != nil && p.fileEnds.has(int(a.index)) != p.fileEnds.has(int(b.index)) {
		return p.fileEnds.has(int(a.index))
	}
	if p.copies[a.index] != p.copies[b.index] {
		return p.copies[a.index] < p.copies[b.index]
	}
	return p.set.Assignment >= FewestOpen && p.rank(int(a.index)) < p.rank(int(b.index))
}

// newBeats reports whether to begin a piece rather than go on with a started one.
func (p *Peer) newBeats(index int, x *activeEntry) bool {
	if p.set.Assignment == FewestOpen && int(x.open) < p.torrent.Blocks(index) {
		return false
	}
	if p.fileEnds != nil && p.fileEnds.has(index) != p.fileEnds.has(int(x.index)) {
		return p.fileEnds.has(index)
	}
	if p.copies[index] != p.copies[x.index] {
		return p.copies[index] < p.copies[x.index]
	}
	return p.rank(index) < p.rank(int(x.index))
}

// rank is a piece's place in the order of this peer's own, drawn once, that
// breaks ties.
func (p *Peer) rank(index int) uint32 { return p.ranks[index] }

// shuffleRanks draws the order that breaks ties.
func (p *Peer) shuffleRanks() {
	p.ranks = make([]uint32, p.numPieces)
	for i := range p.ranks {
		p.ranks[i] = uint32(i)
	}
	p.cfg.Rand.Shuffle(p.numPieces, func(i, j int) {
		p.ranks[i], p.ranks[j] = p.ranks[j], p.ranks[i]
	})
}
