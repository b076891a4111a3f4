package client

// room is a peer with what it mostly needs, in one place: of a large swarm each page that
// a message touches beside costs a walk through tables. What a peer needs beyond it, with
// more neighbours or pieces, is elsewhere, and its part of the room stays empty. Its size
// is no whole number of pages: the same fields of all peers would meet in the same sets of
// the first cache.
type room struct {
	Peer
	_       [56]byte // with the word that the allocator puts before it, whole cache lines
	bits    [2 * roomWords]uint64
	copies  [64 * roomWords]uint16
	started [16]started
	order   [48]ConnID
	pieces  [8]piece
	blocks  [8][usualList]block
	asks    [8][usualList]ask
	theirs  [roomConns * roomWords]uint64
	_       [8]byte // what follows is a word short
	conns   [roomConns]conn
}

const (
	roomWords = 4 // of a bitset
	roomConns = 44
)

// newRoom returns a peer of so many pieces that has nothing yet, not even settings.
func newRoom(pieces int) *Peer {
	r := &room{}
	p := &r.Peer
	p.pieces, p.perWord = pieces, words(pieces)
	p.started, p.order, p.conns = r.started[:0], r.order[:0], r.conns[:0]
	p.addPieces(r.pieces[:])
	p.spareBlocks.add(r.blocks[:])
	p.spareAsks.add(r.asks[:])
	if n := p.perWord; n <= roomWords {
		p.have, p.wanted = r.bits[:n:n], r.bits[roomWords:][:n:n]
		p.copies, p.theirs = r.copies[:pieces], r.theirs[:0]
	} else {
		p.have, p.wanted = newBitset(pieces), newBitset(pieces)
		p.copies = make([]uint16, pieces)
	}
	return p
}
