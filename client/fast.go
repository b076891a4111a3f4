package client

import (
	"crypto/sha1"
	"encoding/binary"
	"net/netip"
	"slices"

	"swarmsim/client/backlog"
)

// Of the fast extension (BEP 6) there are the pieces that a neighbour may ask
// for while it is choked, so that newcomers soon have something to trade, and
// the rejects: between two that speak it a choke says nothing about requests.

// fastSet names the pieces that a neighbour at an address may have while
// choked: n of them, drawn by the address and the torrent. As in aria2, the
// network part of the address counts, by its class: neighbours from the same
// network are allowed the same pieces. libtorrent takes the whole address
// (peer_connection.cpp, send_allowed_set).
func fastSet(a netip.Addr, t *Torrent, n int, whole bool) []uint32 {
	pieces := uint32(t.Pieces())
	n = min(n, int(pieces))
	ip := a.As4()
	if !whole {
		ip[3] = 0
	}
	if !whole && ip[0] < 192 { // classes A and B
		ip[2] = 0
	}
	x := sha1.Sum(append(ip[:], t.InfoHash[:]...))
	var out []uint32
	for len(out) < n {
		for i := 0; i < 5 && len(out) < n; i++ {
			if piece := binary.BigEndian.Uint32(x[4*i:]) % pieces; !slices.Contains(out, piece) {
				out = append(out, piece)
			}
		}
		x = sha1.Sum(x[:])
	}
	return out
}

// allowFast tells a neighbour what it may ask for while choked.
func (p *Peer) allowFast(id ConnID) {
	s := p.conns[id].cold
	if !s.addr.Addr().Is4() {
		return
	}
	late := p.set.FastOnInterest
	s.grantedFast = fastSet(s.addr.Addr(), p.torrent, p.set.AllowedFast, late)
	if late {
		theirs := p.piecesOf(id)
		s.grantedFast = slices.DeleteFunc(s.grantedFast, func(piece uint32) bool { return theirs.has(int(piece)) })
	}
	for _, piece := range s.grantedFast {
		p.send(id, AllowedFast).Index = piece
	}
}

// gotAllowedFast: a piece may be asked for while choked. Too many of those are a
// breach, as is one from a neighbour that does not speak the fast extension.
func (p *Peer) onAllowedFast(id ConnID, piece uint32) bool {
	s := p.conns[id].cold
	if piece >= uint32(p.numPieces) || len(s.allowedFast) >= maxFast || !p.conns[id].fast {
		return false
	}
	if p.set.NoAllowedFast {
		return true
	}
	s.allowedFast = append(s.allowedFast, piece)
	p.conns[id].allowsFast = true
	p.request(id, backlog.Unchoked)
	return true
}

const maxFast = 1000

// reject tells a neighbour that a request will not be served, if it speaks of
// such things.
func (p *Peer) reject(id ConnID, a peerRequest) {
	if p.conns[id].fast {
		m := p.send(id, Reject)
		m.Index, m.Begin, m.Length = a.index, a.begin, a.length
	}
}

// rejectAll drops what a neighbour has asked for, all or what it may not have
// while choked.
func (p *Peer) rejectAll(id ConnID) {
	c := &p.conns[id]
	kept := c.peerRequests[:0]
	for _, a := range c.pendingRequests() {
		if slices.Contains(c.cold.grantedFast, a.index) { // it is ours to send all the same
			kept = append(kept, a)
			continue
		}
		p.reject(id, a)
	}
	if len(kept) == 0 {
		p.clearRequests(c)
	} else {
		c.setRequests(kept)
	}
}

// gotReject: a neighbour will not send a block; others may be asked for it.
func (p *Peer) onReject(id ConnID, m *Message) bool {
	c := &p.conns[id]
	index, i, ok := p.blockOf(m)
	if !ok || !c.fast {
		return false
	}
	b := block(index)*p.blocksPerPiece + block(i)
	if !c.cold.removeCancelled(b) && p.removeRefused(c, b) && !p.set.WriterTurns {
		p.reassign()
	}
	if p.set.WriterTurns {
		p.request(id, backlog.LastRejected)
	}
	p.abandonUntouched()
	if c.peerChoking && len(c.requests) == 0 {
		c.pace.CancelRoundTrip()
	}
	if p.set.FastOnInterest {
		p.onRefusedAllowed(id, uint32(index))
	}
	return true
}

// refusedBy takes back what a neighbour refuses, be it asked of it or only set
// aside for it. It reports whether the block is open again because of it.
func (p *Peer) removeRefused(c *conn, b block) (opened bool) {
	asked, aside := c.removeRequest(b)
	if asked {
		p.noteWithdrawn(c)
		c.pace.OnRequestsLost(p.now, 1)
	} else if p.set.AdaptiveTimeout {
		c.cold.timeout.removeTimedOut(b)
	}
	return (asked || aside) && p.unassign(b)
}

// refused: a piece that is refused through a choke is not allowed any more, and a
// neighbour that owes next to nothing is asked for something else
// (peer_connection.cpp, incoming_reject_request).
func (p *Peer) onRefusedAllowed(id ConnID, piece uint32) {
	c := &p.conns[id]
	if c.peerChoking {
		c.cold.allowedFast = slices.DeleteFunc(c.cold.allowedFast, func(x uint32) bool { return x == piece })
		c.allowsFast = len(c.cold.allowedFast) > 0
	}
	if c.reservedCount == 0 && p.owedBlocks(c) < 2 {
		p.request(id, backlog.BecameInteresting)
	}
}

// offers is what a neighbour has that it would send now.
func (p *Peer) requestableFrom(id ConnID) bitset {
	c := &p.conns[id]
	theirs := p.requestable(c, p.piecesOf(id))
	if !c.peerChoking {
		return theirs
	}
	if p.allowedFastSet == nil {
		p.allowedFastSet = newBitset(p.numPieces)
	}
	clear(p.allowedFastSet)
	for _, piece := range c.cold.allowedFast {
		if theirs.has(int(piece)) {
			p.allowedFastSet.set(int(piece))
		}
	}
	return p.allowedFastSet
}
