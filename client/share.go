package client

// Sharing is how neighbours share the blocks of pieces that are started.
type Sharing uint8

// The ways, and the clients that have them.
const (
	// Strict: a started piece before a new one, the rarest of those first; any
	// neighbour may go on with it (mainline).
	Strict Sharing = iota
	// Own: a neighbour is given pieces of its own (aria2).
	Own
	// Runs: a neighbour is given whole pieces that follow one another, as many
	// as it sends in 20 s (libtorrent).
	Runs
	// FewestOpen: the piece with the fewest blocks that nobody is asked for,
	// of those the rarest (Transmission).
	FewestOpen
	// Rarest: the rarest piece, started or not (anacrolix).
	Rarest
	// AsPicked: the piece that the picker names, started or not.
	AsPicked
)

// Sharings are the names of the ways, in their order.
var Sharings = []string{"strict", "own", "runs", "fewest-open", "rarest", "as-picked"}

// nextBlock chooses what to ask of a neighbour: an open block of a started
// piece or the first block of one that the picker names.
func (p *Peer) nextBlock(id ConnID) (*piece, int, bool) {
	c := &p.conns[id]
	theirs := p.offers(id)
	if p.set.Sharing == AsPicked {
		return p.nextPicked(c, theirs)
	}
	var best *started
	if p.open > 0 {
		list := p.withOpen()
		for i := range list {
			x := &list[i]
			if x.open == 0 || !theirs.has(int(x.index)) || p.paroled && !x.piece.mayJoin(c) {
				continue
			}
			if best == nil || p.better(x, best) {
				best = x
			}
		}
	}
	if p.wantedCnt > 0 && (best == nil || p.set.Sharing >= FewestOpen) {
		if index, ok := p.pickNew(c, theirs, p.wanted); ok && (best == nil || p.newBeats(index, best)) {
			return p.start(index, c), 0, true
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
	if p.ends != nil {
		for i, w := range p.ends {
			p.both[i] = w & theirs[i]
		}
		if index, ok := p.consult(c, p.both, wanted, true); ok {
			return index, true
		}
	}
	return p.consult(c, theirs, wanted, false)
}

// consult asks the picker; part tells that the neighbour would offer more.
func (p *Peer) consult(c *conn, theirs, wanted bitset, part bool) (int, bool) {
	return p.cfg.Picker.Pick(p.view(c, theirs, wanted, part), p.cfg.Rand)
}

// better reports whether to go on with a rather than with b, both started.
func (p *Peer) better(a, b *started) bool {
	if p.set.Sharing == FewestOpen && a.open != b.open {
		return a.open < b.open
	}
	if p.ends != nil && p.ends.has(int(a.index)) != p.ends.has(int(b.index)) {
		return p.ends.has(int(a.index))
	}
	if p.copies[a.index] != p.copies[b.index] {
		return p.copies[a.index] < p.copies[b.index]
	}
	return p.set.Sharing >= FewestOpen && p.rank(int(a.index)) < p.rank(int(b.index))
}

// newBeats reports whether to begin a piece rather than go on with a started one.
func (p *Peer) newBeats(index int, x *started) bool {
	if p.set.Sharing == FewestOpen && int(x.open) < p.torrent.Blocks(index) {
		return false
	}
	if p.ends != nil && p.ends.has(index) != p.ends.has(int(x.index)) {
		return p.ends.has(index)
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
	p.ranks = make([]uint32, p.pieces)
	for i := range p.ranks {
		p.ranks[i] = uint32(i)
	}
	p.cfg.Rand.Shuffle(p.pieces, func(i, j int) {
		p.ranks[i], p.ranks[j] = p.ranks[j], p.ranks[i]
	})
}
