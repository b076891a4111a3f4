package client

import "net/netip"

// Neighbour is what a peer knows of the other end of an established connection.
type Neighbour struct {
	ID             PeerID
	Addr           netip.AddrPort
	Dialed         bool  // we opened the connection
	Pieces         int   // that it has announced
	Received       int64 // bytes in blocks, stored or not
	Sent           int64 // bytes in blocks
	AmChoking      bool  // BEP 3's four: we choke it
	PeerChoking    bool  // it chokes us
	AmInterested   bool  // we want pieces that it has
	PeerInterested bool  // it wants pieces that we have
}

// Neighbour returns what is known of a neighbour. It is valid until the Trace has been told that the
// connection is gone.
func (p *Peer) Neighbour(id ConnID) Neighbour {
	c := &p.conns[id]
	return Neighbour{
		ID: c.cold.id, Addr: c.cold.addr, Dialed: c.dialed, Pieces: int(c.haveCount),
		Received: c.down.total, Sent: c.up.total,
		AmChoking: c.amChoking, PeerChoking: c.peerChoking, AmInterested: c.amInterested, PeerInterested: c.peerInterested,
	}
}

// Copies returns, for each piece, how many neighbours have announced it. The list is valid until the
// next Step and not to be changed.
func (p *Peer) Copies() []uint16 { return p.pieces.Copies() }
