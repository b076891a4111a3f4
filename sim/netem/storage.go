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
	line     [64]place // rings: powers of two
	arriving [16]through
	freeNode [128]uint32
	conns    [44]conn
	nodes    [104]node
}

// newHost returns a host with storage and no settings.
func newHost() *Host {
	s := slab.New[storage]()
	h := &s.Host
	h.line.ring, h.arriving.ring = s.line[:], s.arriving[:]
	h.conns, h.freeNode = s.conns[:0], s.freeNode[:0]
	h.nodes = s.nodes[:1]
	return h
}
