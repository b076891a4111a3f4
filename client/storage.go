package client

import (
	"unsafe"

	"swarmsim/client/pieces"
	"swarmsim/slab"
)

// peerStorage is a peer with most of the memory that it needs, in one allocation: in a large swarm
// each further page that a message touches costs a page table walk. What needs more room, with more
// neighbours or pieces, is allocated elsewhere, and its part of the storage stays unused. The
// distance of two peers in memory, the size rounded up to one of the allocator's classes, must not
// be a multiple of 4 KiB: the same field of every peer would then map to the same set of the L1 data
// cache (TestPeersDoNotShareCacheSets).
type peerStorage struct {
	Peer
	_           [(slab.Line - unsafe.Sizeof(Peer{})%slab.Line) % slab.Line]byte
	pieces      pieces.Storage
	established [(pieces.StorageSlots + 15) / 16 * 16]ConnID // StorageSlots, in whole cache lines
	requests    [8][slab.SliceCap]pieces.Block
	uploads     [8][slab.SliceCap]peerRequest
	_           [8]byte // a conn is laid out to begin a word into a line, where append puts it: see TestHotLines
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
