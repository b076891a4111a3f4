package client

import (
	"crypto/sha1"
	"encoding/binary"
	"net/netip"
	"slices"

	"swarmsim/client/backlog"
)

// Of the fast extension (BEP 6) there are the pieces that a neighbour may ask
// for while it is choked, so that newcomers soon have something to trade.

// fastSet names the pieces that a neighbour at an address may have while
// choked: n of them, drawn by the address and the torrent. As in aria2, the
// network part of the address counts, by its class: neighbours from the same
// network are allowed the same pieces.
func fastSet(a netip.Addr, t *Torrent, n int) []uint32 {
	pieces := uint32(t.Pieces())
	n = min(n, int(pieces))
	ip := a.As4()
	ip[3] = 0
	if ip[0] < 192 { // classes A and B
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
	s.given = fastSet(s.addr.Addr(), &p.torrent, p.cfg.Settings.AllowedFast)
	for _, piece := range s.given {
		p.send(id, Message{Kind: AllowedFast, Index: piece})
	}
}

// gotAllowedFast: a piece may be asked for while choked. More than a torrent's
// worth of those is a breach.
func (p *Peer) gotAllowedFast(id ConnID, piece uint32) bool {
	s := p.conns[id].stranger
	if int(piece) >= p.pieces || len(s.fast) >= maxFast {
		return false
	}
	s.fast = append(s.fast, piece)
	p.request(id, backlog.Unchoke)
	return true
}

const maxFast = 1000

// offers is what a neighbour has that it would send now.
func (p *Peer) offers(id ConnID) bitset {
	c, theirs := &p.conns[id], p.bitsOf(id)
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
