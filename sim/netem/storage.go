package netem

import (
	"unsafe"

	"swarmsim/slab"
)

// storage is a host with most of what it needs in one allocation: in a large swarm each further
// page that a window touches costs a page table walk. A host that needs more allocates it
// elsewhere, and leaves its part of the storage unused.
type storage struct {
	Host
	_        [(slab.Line - unsafe.Sizeof(Host{})%slab.Line) % slab.Line]byte
	line     [64]TxSlot // rings: powers of two
	arriving [16]inTransit
	freeNode [128]uint32
	conns    [44]Conn
	nodes    [104]Node
}

// newHost returns a host with storage and no settings.
func newHost() *Host {
	s := slab.New[storage]()
	h := &s.Host
	h.TxQueue.ring, h.downlink.ring = s.line[:], s.arriving[:]
	h.Conns, h.freeNodes = s.conns[:0], s.freeNode[:0]
	h.Nodes = s.nodes[:1]
	return h
}
