package netem

// room is a host with what it mostly needs, in one place: of a large swarm each page that
// a turn touches beside costs a walk through tables. What a host needs beyond it is
// elsewhere, and its part of the room stays empty.
type room struct {
	Host
	_        [48]byte  // with the word that the allocator puts before it, whole cache lines
	line     [64]place // rings: powers of two
	arriving [16]through
	freeNode [128]uint32
	conns    [44]conn
	nodes    [104]node
}

// newRoom returns a host that has nothing yet, not even rates.
func newRoom() *Host {
	r := &room{}
	h := &r.Host
	h.line.ring, h.arriving.ring = r.line[:], r.arriving[:]
	h.conns, h.freeNode = r.conns[:0], r.freeNode[:0]
	h.nodes = r.nodes[:1]
	return h
}
