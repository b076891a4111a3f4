package client

import (
	"unsafe"

	"swarmsim/client/pieces"
	"swarmsim/slab"
)

// peerStorage is a peer with most of the memory that it needs, in one allocation: in a large swarm
// each further page that a message touches costs a page table walk. What a peer needs beyond it,
// with more neighbours or pieces, is allocated elsewhere, and its part of the storage stays unused.
// The size is no whole number of pages, otherwise the same fields of all peers would share the same
// sets of the first cache.
type peerStorage struct {
	Peer
	_           [(slab.Line - unsafe.Sizeof(Peer{})%slab.Line) % slab.Line]byte
	pieces      pieces.Storage
	established [48]ConnID
	requests    [8][slab.SliceCap]pieces.Block
	uploads     [8][slab.SliceCap]peerRequest
	_           [8]byte // a conn's first line is a word short, as if append had allocated it
	conns       [pieces.StorageSlots]conn
}

// newPeer returns a peer that has nothing yet, not even settings, and memory for its pieces.
func newPeer() (*Peer, *pieces.Storage) {
	s := slab.New[peerStorage]()
	p := &s.Peer
	p.established, p.conns = s.established[:0], s.conns[:0]
	p.spareRequests.Add(s.requests[:])
	p.spareUploads.Add(s.uploads[:])
	return p, &s.pieces
}
