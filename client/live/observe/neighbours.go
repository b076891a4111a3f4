package observe

import (
	"net/netip"
	"time"

	"swarmsim/client"
	"swarmsim/sim/record"
)

// neighbour is a peer that the client has been connected to. Times are since the start of the record.
type neighbour struct {
	number         int
	met, gone      time.Duration // of the first and the last connection; gone is 0 while there is one
	known          bool          // it has announced pieces
	seed           bool          // it had all of them then
	received, sent int64         // bytes in blocks, on earlier connections
	now            client.Neighbour
	connected      bool
}

// exchanged returns the bytes in blocks that the client has received and sent.
func (n *neighbour) exchanged() (received, sent int64) {
	return n.received + n.now.Received, n.sent + n.now.Sent
}

// connection is what is known of a connection by its number.
type connection struct {
	met       time.Duration
	neighbour *neighbour    // nil until it has been seen in a sample
	slotSince time.Duration // when it got a regular slot
	hasSlot   bool
}

// maxNeighbours bounds how many neighbours are listed.
const maxNeighbours = 50_000

type identity struct {
	id   client.PeerID
	addr netip.Addr
}

// neighbours are all that the client has met.
type neighbours struct {
	all   []*neighbour
	known map[identity]*neighbour
	conns map[client.ConnID]*connection
	most  int // connections at a time
}

func (ns *neighbours) init() {
	ns.known, ns.conns = map[identity]*neighbour{}, map[client.ConnID]*connection{}
}

// met notes a connection.
func (ns *neighbours) met(at time.Duration, id client.ConnID) {
	ns.conns[id] = &connection{met: at}
	ns.most = max(ns.most, len(ns.conns))
}

// update notes the state of a connection.
func (ns *neighbours) update(at time.Duration, id client.ConnID, x client.Neighbour, pieces int, w *record.Writer) {
	c := ns.conns[id]
	if c == nil { // the record began after it
		ns.met(at, id)
		c = ns.conns[id]
	}
	if c.neighbour == nil {
		c.neighbour = ns.find(c.met, x, w)
	}
	n := c.neighbour
	if n == nil {
		return
	}
	n.now = x
	if !n.known && x.Pieces > 0 {
		n.known, n.seed = true, x.Pieces == pieces
	}
}

// find returns the neighbour at the other end of a new connection; nil if there are too many.
func (ns *neighbours) find(met time.Duration, x client.Neighbour, w *record.Writer) *neighbour {
	who := identity{x.ID, x.Addr.Addr()}
	n := ns.known[who]
	if n == nil {
		if len(ns.all) == maxNeighbours {
			return nil
		}
		n = &neighbour{number: peerNumber + 1 + len(ns.all), met: met}
		ns.known[who], ns.all = n, append(ns.all, n)
		w.Event(record.Event{TimeNS: int64(met), Peer: int32(n.number), Event: "arrived", Other: peerNumber, Piece: -1})
	}
	n.connected, n.gone = true, 0
	return n
}

// parted notes the end of a connection.
func (ns *neighbours) parted(at time.Duration, id client.ConnID, w *record.Writer) {
	c := ns.conns[id]
	delete(ns.conns, id)
	if c == nil || c.neighbour == nil {
		return
	}
	n := c.neighbour
	n.received, n.sent = n.exchanged()
	n.now, n.connected, n.gone = client.Neighbour{Pieces: n.now.Pieces, Addr: n.now.Addr}, false, at
	w.Event(record.Event{TimeNS: int64(at), Peer: int32(n.number), Event: string(record.Left), Other: peerNumber, Piece: -1})
}

// number returns the number of the peer on a connection; -1 if it is not known yet.
func (ns *neighbours) number(id client.ConnID) int32 {
	if c := ns.conns[id]; c != nil && c.neighbour != nil {
		return int32(c.neighbour.number)
	}
	return -1
}

// unchoked notes that a neighbour has a slot, and returns the time of a regular slot that has ended.
func (ns *neighbours) unchoked(at time.Duration, id client.ConnID, optimistic bool) time.Duration {
	took := ns.choked(at, id)
	if c := ns.conns[id]; c != nil && !optimistic {
		c.hasSlot, c.slotSince = true, at
	}
	return took
}

// choked notes that a neighbour has no regular slot, and returns how long it had one.
func (ns *neighbours) choked(at time.Duration, id client.ConnID) time.Duration {
	c := ns.conns[id]
	if c == nil || !c.hasSlot {
		return 0
	}
	c.hasSlot = false
	return at - c.slotSince
}
