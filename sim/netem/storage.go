package netem

import (
	"unsafe"

	"swarmsim/sim/netem/stack"
	"swarmsim/sim/netem/tcp"
	"swarmsim/slab"
)

// storage is a host with most of what it needs in one allocation: in a large swarm each further
// page that a window touches costs a page table walk. A host that needs more allocates it
// elsewhere, and leaves its part of the storage unused.
type storage struct {
	Host
	_ [(slab.Line - unsafe.Sizeof(Host{})%slab.Line) % slab.Line]byte
	arrays
}

// tcpStorage is the storage of a host with TCP.
type tcpStorage struct {
	Host
	_     [(slab.Line - unsafe.Sizeof(Host{})%slab.Line) % slab.Line]byte
	layer tcp.Layer
	_     [(slab.Line - unsafe.Sizeof(tcp.Layer{})%slab.Line) % slab.Line]byte
	arrays
}

// arrays are what a host's slices and rings begin with. The lengths of rings are powers of two.
type arrays struct {
	txSchedule [64]stack.TxSlot
	arrivals   [16]waiting
	freeNodes  [128]uint32
	conns      [44]stack.Conn
	nodes      [104]stack.Node
}

// newHost returns a host with storage and no settings, and the place of its TCP layer unless its
// transport is Ideal.
func newHost(t Transport) (*Host, *tcp.Layer) {
	if t == Ideal {
		s := slab.New[storage]()
		s.Host.use(&s.arrays)
		return &s.Host, nil
	}
	s := slab.New[tcpStorage]()
	s.Host.use(&s.arrays)
	return &s.Host, &s.layer
}

func (h *Host) use(a *arrays) {
	h.stack.TxSchedule.Ring, h.downlink.ring = a.txSchedule[:], a.arrivals[:]
	h.stack.Conns, h.stack.FreeNodes = a.conns[:0], a.freeNodes[:0]
	h.stack.Nodes = a.nodes[:1]
}
