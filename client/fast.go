package client

import (
	"crypto/sha1"
	"encoding/binary"
	"net/netip"
	"slices"

	"swarmsim/client/backlog"
	"swarmsim/client/pieces"
)

// Of the fast extension (BEP 6): the allowed-fast set, pieces that a neighbour may request while it
// is choked, so that a new peer soon has something to trade; and rejects. Between two peers that
// support it, a choke does not void requests.

// maxFastPieces limits the pieces that a neighbour may allow, or suggest.
const maxFastPieces = 1000

// AllowedFastDerivation is the part of a neighbour's address that its allowed-fast set is derived
// from.
type AllowedFastDerivation uint8

const (
	// DeriveBEP6 uses the first three bytes, as BEP 6 says, so that several addresses in one network
	// are allowed the same pieces.
	DeriveBEP6 AllowedFastDerivation = iota
	// DeriveAddressClass uses the first three bytes of class C addresses and two of others (aria2,
	// bittorrent_helper.cc: computeFastSet).
	DeriveAddressClass
	// DeriveWholeAddress uses all four bytes (libtorrent, peer_connection.cpp: send_allowed_set).
	DeriveWholeAddress
)

// mask returns the address with the bytes that do not count set to 0.
func (d AllowedFastDerivation) mask(ip [4]byte) [4]byte {
	if d != DeriveWholeAddress {
		ip[3] = 0
	}
	if d == DeriveAddressClass && ip[0] < 192 {
		ip[2] = 0
	}
	return ip
}

// allowedFastSet returns n pieces that a neighbour with the given address may request while it is
// choked (BEP 6, "Allowed Fast Set Generation"). Different peers allow a neighbour the same pieces.
func allowedFastSet(a netip.Addr, t *Torrent, n int, d AllowedFastDerivation) []uint32 {
	count := uint32(t.Pieces())
	n = min(n, int(count))
	ip := d.mask(a.As4())
	x := sha1.Sum(append(ip[:], t.InfoHash[:]...))
	var out []uint32
	for len(out) < n {
		for i := 0; i < 5 && len(out) < n; i++ {
			if piece := binary.BigEndian.Uint32(x[4*i:]) % count; !slices.Contains(out, piece) {
				out = append(out, piece)
			}
		}
		x = sha1.Sum(x[:])
	}
	return out
}

// allowFast tells a neighbour which pieces it may request while it is choked.
func (p *Peer) allowFast(id ConnID) {
	s := p.conns[id].cold
	if !s.addr.Addr().Is4() {
		return
	}
	late := p.settings.Fast.OnInterest
	s.grantedFast = allowedFastSet(s.addr.Addr(), p.torrent, p.settings.Fast.SetSize, p.settings.Fast.Derivation)
	if late {
		theirs := p.pieces.Neighbour(int(id))
		s.grantedFast = slices.DeleteFunc(s.grantedFast, func(piece uint32) bool { return theirs.Has(int(piece)) })
	}
	for _, piece := range s.grantedFast {
		p.send(id, AllowedFast).Index = piece
	}
}

// onAllowedFast handles ALLOWED FAST: a piece may be requested while the neighbour chokes us. A
// repeated message changes nothing. It is a breach of protocol to allow too many pieces, or to
// send the message without the fast extension.
func (p *Peer) onAllowedFast(id ConnID, piece uint32) bool {
	s := p.conns[id].cold
	if piece >= uint32(p.pieces.Count()) || !p.conns[id].fast {
		return false
	}
	if p.settings.Fast.IgnoreSet || slices.Contains(s.allowedFast, piece) {
		return true
	}
	if len(s.allowedFast) >= maxFastPieces {
		return false
	}
	s.allowedFast = append(s.allowedFast, piece)
	p.conns[id].allowsFast = true
	p.request(id, backlog.Unchoked)
	return true
}

// isAllowedFast reports whether a neighbour sends a block even while it chokes us.
func (p *Peer) isAllowedFast(c *conn, b pieces.Block) bool {
	return slices.Contains(c.cold.allowedFast, uint32(p.pieces.PieceOf(b)))
}

// reject tells a neighbour that supports the fast extension that a request will not be served.
func (p *Peer) reject(id ConnID, r peerRequest) {
	if p.conns[id].fast {
		m := p.send(id, Reject)
		m.Index, m.Begin, m.Length = r.index, r.begin, r.length
	}
}

// rejectAll drops the requests of a neighbour that it may not make while it is choked.
func (p *Peer) rejectAll(id ConnID) {
	c := &p.conns[id]
	pending := c.uploads.pending()
	kept := pending[:0]
	for _, r := range pending {
		if slices.Contains(c.cold.grantedFast, r.index) {
			kept = append(kept, r)
			continue
		}
		p.reject(id, r)
	}
	if len(kept) == 0 {
		c.uploads.clear(&p.spareUploads)
	} else {
		c.uploads.set(kept)
	}
}

// onReject handles REJECT: a neighbour will not send a block; others may be asked for it.
func (p *Peer) onReject(id ConnID, m *Message) bool {
	c := &p.conns[id]
	piece, i, ok := p.pieces.Layout().Find(m.Index, m.Begin, m.Length)
	if !ok || !c.fast {
		return false
	}
	b := p.pieces.BlockAt(piece, i)
	p.loop.onRejectHandled(id, !c.cold.removeCancelled(b) && p.removeRejected(c, b))
	p.abandon()
	if c.peerChoking && c.requests.Len() == 0 {
		c.pace.CancelRoundTrip()
	}
	if p.settings.Fast.OnInterest {
		p.onRejectedAllowed(id, uint32(piece))
	}
	return true
}

// removeRejected removes a request that a neighbour rejects, outstanding or reserved. It reports
// whether the block is open because of it.
func (p *Peer) removeRejected(c *conn, b pieces.Block) (opened bool) {
	outstanding, reserved := c.requests.Remove(b)
	if outstanding {
		p.noteWithdrawn(c)
		c.pace.OnRequestsLost(p.now, 1)
	} else if p.settings.Requests.AdaptiveTimeout {
		c.cold.timeout.removeTimedOut(b)
	}
	return (outstanding || reserved) && p.pieces.Unrequest(b)
}

// onRejectedAllowed handles a reject as libtorrent does (peer_connection.cpp:
// incoming_reject_request): a piece that is rejected while the neighbour chokes us is not allowed any more, and a
// neighbour with hardly any outstanding requests is sent others.
func (p *Peer) onRejectedAllowed(id ConnID, piece uint32) {
	c := &p.conns[id]
	if c.peerChoking {
		c.cold.allowedFast = slices.DeleteFunc(c.cold.allowedFast, func(x uint32) bool { return x == piece })
		c.allowsFast = len(c.cold.allowedFast) > 0
	}
	if c.requests.ReservedCount() == 0 && p.unanswered(c) < 2 {
		p.request(id, backlog.BecameInteresting)
	}
}
