package client

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"swarmsim/client/extension"
)

// Peer exchange (BEP 11): neighbours tell each other to which peers they are connected, so that a
// swarm lives on without its tracker.

const (
	exchangeInterval = time.Minute      // between two messages to a neighbour (BEP 11)
	exchangeCheck    = 10 * time.Second // until the next look for changes where there were none
	maxExchanged     = 50               // added and dropped peers of a message (BEP 11)
	maxFirstExchange = 100              // added peers of the first message to a neighbour
	maxDropped       = 256              // dropped peers that are remembered

	// A neighbour may be early, and make up for messages that were delayed. One that goes on
	// sending messages that are ignored is not kept.
	acceptInterval = exchangeInterval - 15*time.Second
	acceptBurst    = 4
	maxIgnored     = 10

	maxTaken = 100 // addresses that are taken from a message
)

// peerExchange is what a peer keeps for its messages to all neighbours. Each peer that joins the
// list gets the next number; a neighbour has been told of all peers up to a number. So the changes
// since its last message are found without a list for each neighbour.
type peerExchange struct {
	next     time.Duration // when a message is due; Never for not
	joined   uint32        // the number of the last peer that joined the list
	left     uint32        // the number of peers that have left it
	dropped  []droppedPeer // the last of them, oldest first
	received extension.PeerExchange
	sent     extension.PeerExchange
	added    []listedPeer
}

// droppedPeer is a peer that has left the list.
type droppedPeer struct {
	addr   netip.AddrPort
	joined uint32 // its number as it joined
	left   uint32 // its number as it left
}

// listedPeer is a peer that neighbours are told of.
type listedPeer struct {
	joined uint32
	peer   extension.Peer
}

// exchangeState is the part of peerExchange that concerns one neighbour.
type exchangeState struct {
	joined uint32 // its own number in the list; 0 while it is not in the list

	next      time.Duration // when it may be sent a message
	toldFirst bool          // it has been sent one
	toldAdded uint32        // it has been told of the peers that joined up to this number
	toldLeft  uint32        // and of those that left up to this one

	accepted allowance // of its messages
	ignored  int       // those that came too often
}

// listenAddr returns where a neighbour accepts connections: the address that was dialed, or its IP
// address with the port that it has named (BEP 10, p). It is invalid while that is not known.
func (c *conn) listenAddr() netip.AddrPort {
	a := c.cold.addr
	if c.dialed {
		return a
	}
	if x := c.cold.extension; x != nil && x.theirs.Port > 0 {
		return netip.AddrPortFrom(a.Addr(), x.theirs.Port)
	}
	return netip.AddrPort{}
}

// list puts a neighbour into the list of those that others are told of, once it is known where it
// accepts connections.
func (p *Peer) list(c *conn) {
	e, x := &p.ext.exchange, c.cold.extension
	if x.exchange.joined == 0 && c.listenAddr().IsValid() {
		e.joined++
		x.exchange.joined = e.joined
	}
}

// unlist removes a neighbour that is gone from the list.
func (p *Peer) unlist(c *conn) {
	x := c.cold.extension
	if x == nil || x.exchange.joined == 0 {
		return
	}
	e := &p.ext.exchange
	e.left++
	if len(e.dropped) == maxDropped {
		e.dropped = e.dropped[:copy(e.dropped, e.dropped[maxDropped/2:])]
	}
	e.dropped = append(e.dropped, droppedPeer{c.listenAddr(), x.exchange.joined, e.left})
}

// exchangePeers sends the neighbours the changes since their last messages, if that is due.
func (p *Peer) exchangePeers() {
	e := &p.ext.exchange
	if p.now < e.next {
		return
	}
	e.next = Never
	for _, id := range p.established {
		x := p.conns[id].cold.extension
		if !p.supports(x, extension.PEX) {
			continue
		}
		if p.now >= x.exchange.next {
			x.exchange.next = p.now + exchangeCheck
			if p.sendPeers(id) {
				x.exchange.next = p.now + exchangeInterval
			}
		}
		e.next = min(e.next, x.exchange.next)
	}
}

// sendPeers sends a neighbour the changes since its last message, and reports whether there were
// any.
func (p *Peer) sendPeers(id ConnID) bool {
	e, s := &p.ext.exchange, &p.conns[id].cold.extension.exchange
	m := &e.sent
	m.Dropped = p.droppedSince(s, m.Dropped[:0]) // before s counts the peers that are added now
	m.Added = p.addedSince(id, m.Added[:0])
	if len(m.Added)+len(m.Dropped) == 0 {
		return false
	}
	s.toldFirst = true
	p.sendExtended(id, extension.PEX, m.Append)
	return true
}

// addedSince appends the peers that a neighbour has not been told of, those first that joined
// first. Others follow in the next message.
func (p *Peer) addedSince(id ConnID, out []extension.Peer) []extension.Peer {
	e, s := &p.ext.exchange, &p.conns[id].cold.extension.exchange
	e.added = e.added[:0]
	for _, other := range p.established {
		c := &p.conns[other]
		joined := c.cold.extension.exchange.joined
		if other != id && joined > s.toldAdded {
			e.added = append(e.added, listedPeer{joined, extension.Peer{Addr: c.listenAddr(), Flags: p.flags(c)}})
		}
	}
	slices.SortFunc(e.added, func(a, b listedPeer) int { return cmp.Compare(a.joined, b.joined) })
	limit := maxExchanged
	if !s.toldFirst {
		limit = maxFirstExchange
	}
	s.toldAdded = max(s.toldAdded, e.joined)
	for _, l := range e.added {
		if len(out) == limit {
			s.toldAdded = l.joined - 1
			break
		}
		same := func(x extension.Peer) bool { return x.Addr == l.peer.Addr }
		if !slices.ContainsFunc(out, same) { // BEP 11: a contact is listed once
			out = append(out, l.peer)
		}
	}
	return out
}

// droppedSince appends the peers that a neighbour has been told of and that have left since, except
// those that have come back.
func (p *Peer) droppedSince(s *exchangeState, out []netip.AddrPort) []netip.AddrPort {
	for _, d := range p.ext.exchange.dropped {
		if d.left <= s.toldLeft {
			continue
		}
		if len(out) == maxExchanged {
			break
		}
		s.toldLeft = d.left
		if d.joined <= s.toldAdded && !slices.Contains(out, d.addr) && !p.isListed(d.addr) {
			out = append(out, d.addr)
		}
	}
	return out
}

// isListed reports whether there is a neighbour that accepts connections at an address.
func (p *Peer) isListed(a netip.AddrPort) bool {
	return slices.ContainsFunc(p.established, func(id ConnID) bool { return p.conns[id].listenAddr() == a })
}

// flags returns what others are told of a neighbour.
func (p *Peer) flags(c *conn) extension.Flags {
	theirs, f := &c.cold.extension.theirs, extension.Flags(0)
	for _, x := range [...]struct {
		flag extension.Flags
		set  bool
	}{
		{extension.PrefersEncryption, theirs.Encryption},
		{extension.Seed, theirs.UploadOnly || p.hasAll(c)},
		{extension.SpeaksHolepunch, theirs.IDs[extension.Holepunch] != 0},
		{extension.Reachable, c.dialed},
	} {
		if x.set {
			f |= x.flag
		}
	}
	return f
}

// onPeerExchange handles a neighbour's message: its added peers may be dialed. What it says of
// dropped ones is not used, because they may still be there for others.
func (p *Peer) onPeerExchange(id ConnID, data []byte) bool {
	c, m := &p.conns[id], &p.ext.exchange.received
	s := &c.cold.extension.exchange
	if !s.accepted.take(p.now, acceptInterval, acceptBurst) {
		s.ignored++
		return s.ignored <= maxIgnored
	}
	if m.Decode(data, maxTaken) != nil {
		return false
	}
	var found []netip.AddrPort
	for _, x := range m.Added {
		if p.mayTake(c, x.Addr) {
			found = append(found, x.Addr)
		}
	}
	p.addFound(FromPEX, found, c.serial)
	return true
}

// mayTake reports whether an address that a neighbour names may be dialed. Loopback addresses are
// taken from neighbours on this machine only, so that no other can direct us to its services.
func (p *Peer) mayTake(c *conn, a netip.AddrPort) bool {
	return IsUsable(a) && (!a.Addr().IsLoopback() || c.cold.addr.Addr().IsLoopback()) && !p.isOwn(a)
}
