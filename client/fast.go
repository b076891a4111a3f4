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
	s := p.conns[id].stranger
	if !s.addr.Addr().Is4() {
		return
	}
	late := p.set.FastOnInterest
	s.given = fastSet(s.addr.Addr(), p.torrent, p.set.AllowedFast, late)
	if late {
		theirs := p.bitsOf(id)
		s.given = slices.DeleteFunc(s.given, func(piece uint32) bool { return theirs.has(int(piece)) })
	}
	for _, piece := range s.given {
		p.say(id, AllowedFast).Index = piece
	}
}

// gotAllowedFast: a piece may be asked for while choked. Too many of those are a
// breach, as is one from a neighbour that does not speak the fast extension.
func (p *Peer) gotAllowedFast(id ConnID, piece uint32) bool {
	s := p.conns[id].stranger
	if piece >= uint32(p.pieces) || len(s.fast) >= maxFast || !p.conns[id].fast {
		return false
	}
	if p.set.NoAllowedFast {
		return true
	}
	s.fast = append(s.fast, piece)
	p.conns[id].allowing = true
	p.request(id, backlog.Unchoke)
	return true
}

const maxFast = 1000

// reject tells a neighbour that a request will not be served, if it speaks of
// such things.
func (p *Peer) reject(id ConnID, a ask) {
	if p.conns[id].fast {
		m := p.say(id, Reject)
		m.Index, m.Begin, m.Length = a.index, a.begin, a.length
	}
}

// rejectAll drops what a neighbour has asked for, all or what it may not have
// while choked.
func (p *Peer) rejectAll(id ConnID) {
	c := &p.conns[id]
	kept := c.asks[:0]
	for _, a := range c.asked() {
		if slices.Contains(c.stranger.given, a.index) { // it is ours to send all the same
			kept = append(kept, a)
			continue
		}
		p.reject(id, a)
	}
	if len(kept) == 0 {
		p.dropAsks(c)
	} else {
		c.setAsked(kept)
	}
}

// gotReject: a neighbour will not send a block; others may be asked for it.
func (p *Peer) gotReject(id ConnID, m *Message) bool {
	c := &p.conns[id]
	index, i, ok := p.blockOf(m)
	if !ok || !c.fast {
		return false
	}
	b := block(index)*p.perPc + block(i)
	if !c.stranger.settle(b) && p.refusedBy(c, b) && !p.set.WriterTurns {
		p.askOthers()
	}
	if p.set.WriterTurns {
		p.request(id, backlog.Rejected)
	}
	p.unstart()
	if c.choked && len(c.requested) == 0 {
		c.pace.Forget()
	}
	if p.set.FastOnInterest {
		p.refused(id, uint32(index))
	}
	return true
}

// refusedBy takes back what a neighbour refuses, be it asked of it or only set
// aside for it. It reports whether the block is open again because of it.
func (p *Peer) refusedBy(c *conn, b block) (opened bool) {
	asked, aside := c.answered(b)
	if asked {
		p.minded(c)
		c.pace.Lost(p.now, 1)
	} else if p.set.Paced {
		c.stranger.overdue.strikeOff(b)
	}
	return (asked || aside) && p.unask(b)
}

// refused: a piece that is refused through a choke is not allowed any more, and a
// neighbour that owes next to nothing is asked for something else
// (peer_connection.cpp, incoming_reject_request).
func (p *Peer) refused(id ConnID, piece uint32) {
	c := &p.conns[id]
	if c.choked {
		c.stranger.fast = slices.DeleteFunc(c.stranger.fast, func(x uint32) bool { return x == piece })
		c.allowing = len(c.stranger.fast) > 0
	}
	if c.unsent == 0 && p.owes(c) < 2 {
		p.request(id, backlog.Wanted)
	}
}

// offers is what a neighbour has that it would send now.
func (p *Peer) offers(id ConnID) bitset {
	c := &p.conns[id]
	theirs := p.inScope(c, p.bitsOf(id))
	if !c.choked {
		return theirs
	}
	if p.fast == nil {
		p.fast = newBitset(p.pieces)
	}
	clear(p.fast)
	for _, piece := range c.stranger.fast {
		if theirs.has(int(piece)) {
			p.fast.set(int(piece))
		}
	}
	return p.fast
}
