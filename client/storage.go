package client

import "swarmsim/client/pieces"

// peerStorage is a peer with the memory that it mostly needs, in one place: in a large swarm each
// further page that a message touches costs a walk through the page tables. What a peer needs
// beyond it, with more neighbours or pieces, is allocated elsewhere, and its part of the storage
// stays empty. The size is no whole number of pages, otherwise the same fields of all peers would
// share the same sets of the first cache.
type peerStorage struct {
	Peer
	_           [32]byte // with the word that the allocator puts before it, whole cache lines
	pieces      pieces.Storage
	established [48]ConnID
	requests    [8][pooledCap]pieces.Block
	uploads     [8][pooledCap]peerRequest
	_           [8]byte // what follows is one word short
	conns       [pieces.StorageSlots]conn
}

// newPeer returns a peer that has nothing yet, not even settings, and memory for its pieces.
func newPeer() (*Peer, *pieces.Storage) {
	s := &peerStorage{}
	p := &s.Peer
	p.established, p.conns = s.established[:0], s.conns[:0]
	p.spareRequests.add(s.requests[:])
	p.spareUploads.add(s.uploads[:])
	return p, &s.pieces
}
