package netem

import (
	"unsafe"

	"swarmsim/sim/netem/ideal"
	"swarmsim/sim/netem/stack"
	"swarmsim/sim/netem/tcp"
	"swarmsim/slab"
)

// storage is a host with most of what it needs in one allocation: in a large swarm each further
// page that a window touches costs a page table walk. A host that needs more allocates it
// elsewhere, and leaves its part of the storage unused. The layer is at layerOffset with every
// transport, so that it can be prefetched before the host has been read.
type storage struct {
	Host
	_     [(slab.Line - unsafe.Sizeof(Host{})%slab.Line) % slab.Line]byte
	layer ideal.Layer
	_     [(slab.Line - unsafe.Sizeof(ideal.Layer{})%slab.Line) % slab.Line]byte
	arrays
}

const layerOffset = unsafe.Offsetof(storage{}.layer)

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

// newHost returns a host with storage and the transport of the network, which is to be set up.
func newHost(t Transport) *Host {
	if t == Ideal {
		s := slab.New[storage]()
		s.Host.use(&s.arrays)
		s.Host.transport = &s.layer
		return &s.Host
	}
	s := slab.New[tcpStorage]()
	s.Host.use(&s.arrays)
	s.Host.tcp, s.Host.transport = &s.layer, &s.layer
	return &s.Host
}

func (h *Host) use(a *arrays) {
	h.stack.TxSchedule.Ring, h.downlink.ring = a.txSchedule[:], a.arrivals[:]
	h.stack.Conns, h.stack.FreeNodes = a.conns[:0], a.freeNodes[:0]
	h.stack.Nodes = a.nodes[:1]
}
