package netem

import (
	"unsafe"

	"swarmsim/sim/netem/stack"
	"swarmsim/slab"
)

// storage is a host with most of what it needs in one allocation: in a large swarm each further
// page that a window touches costs a page table walk. A host that needs more allocates it
// elsewhere, and leaves its part of the storage unused.
type storage struct {
	Host
	_         [(slab.Line - unsafe.Sizeof(Host{})%slab.Line) % slab.Line]byte
	txQueue   [64]stack.TxSlot // rings: powers of two
	arrivals  [16]waiting
	freeNodes [128]uint32
	conns     [44]stack.Conn
	nodes     [104]stack.Node
}

// newHost returns a host with storage and no settings.
func newHost() *Host {
	s := slab.New[storage]()
	h := &s.Host
	h.stack.TxQueue.Ring, h.downlink.ring = s.txQueue[:], s.arrivals[:]
	h.stack.Conns, h.stack.FreeNodes = s.conns[:0], s.freeNodes[:0]
	h.stack.Nodes = s.nodes[:1]
	return h
}
