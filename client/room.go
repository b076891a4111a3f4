package client

// room is a peer with what it mostly needs, in one place: of a large swarm each page that
// a message touches beside costs a walk through tables. What a peer needs beyond it, with
// more neighbours or pieces, is elsewhere, and its part of the room stays empty. Its size
// is no whole number of pages: the same fields of all peers would meet in the same sets of
// the first cache.
type peerStorage struct {
	Peer
	_       [56]byte // with the word that the allocator puts before it, whole cache lines
	bits    [2 * storageWords]uint64
	copies  [64 * storageWords]uint16
	started [16]activeEntry
	order   [48]ConnID
	pieces  [8]activePiece
	blocks  [8][pooledCap]block
	asks    [8][pooledCap]peerRequest
	theirs  [storageConns * storageWords]uint64
	_       [8]byte // what follows is a word short
	conns   [storageConns]conn
}

const (
	storageWords = 4 // of a bitset
	storageConns = 44
)

// newRoom returns a peer of so many pieces that has nothing yet, not even settings.
func newPeerStorage(pieces int) *Peer {
	r := &peerStorage{}
	p := &r.Peer
	p.numPieces, p.bitsetWords = pieces, words(pieces)
	p.active, p.established, p.conns = r.started[:0], r.order[:0], r.conns[:0]
	p.addPieces(r.pieces[:])
	p.spareBlockLists.add(r.blocks[:])
	p.spareRequestLists.add(r.asks[:])
	if n := p.bitsetWords; n <= storageWords {
		p.have, p.wanted = r.bits[:n:n], r.bits[storageWords:][:n:n]
		p.copies, p.theirBits = r.copies[:pieces], r.theirs[:0]
	} else {
		p.have, p.wanted = newBitset(pieces), newBitset(pieces)
		p.copies = make([]uint16, pieces)
	}
	return p
}
