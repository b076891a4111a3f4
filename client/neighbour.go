package client

import "net/netip"

// Neighbour is what a peer knows of the other end of an established connection.
type Neighbour struct {
	ID       PeerID
	Addr     netip.AddrPort
	Dialed   bool  // we opened the connection
	Pieces   int   // that it has announced
	Received int64 // bytes in blocks, stored or not
	Sent     int64 // bytes in blocks
}

// Neighbour returns what is known of a neighbour. It is valid until the Trace has been told that the
// connection is gone.
func (p *Peer) Neighbour(id ConnID) Neighbour {
	c := &p.conns[id]
	return Neighbour{
		ID: c.cold.id, Addr: c.cold.addr, Dialed: c.dialed, Pieces: int(c.haveCount),
		Received: c.down.total, Sent: c.up.total,
	}
}

// Copies returns, for each piece, how many neighbours have announced it. The list is valid until the
// next Step and not to be changed.
func (p *Peer) Copies() []uint16 { return p.pieces.Copies() }
