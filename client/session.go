package client

import (
	"bytes"
	"net/netip"

	"swarmsim/client/reveal"
)

// onOpened begins with a connection. The side that dialed sends its handshake first (BEP 3).
func (p *Peer) onOpened(e *Event) {
	for int(e.Conn) >= len(p.conns) {
		p.conns = append(p.conns, conn{})
		p.pieces.Slots(len(p.conns))
	}
	p.lastSerial++
	addr := unmapped(e.Addr)
	p.resetConn(e.Conn, addr, e.Dialed)
	p.pieces.ResetNeighbour(int(e.Conn))
	p.handshaking = append(p.handshaking, e.Conn)
	if e.Dialed {
		p.addresses.onDialed(addr)
	}
	switch {
	case p.departed:
		p.hangUp(e.Conn, Departing)
	case p.isBannedAddress(addr.Addr()):
		p.hangUp(e.Conn, Refused)
	case !e.Dialed && p.connections() > p.settings.Connections.Max && !p.makeRoom(addr):
		p.hangUp(e.Conn, TooMany)
	case e.Dialed:
		p.sendHandshake(e.Conn)
	}
}

// resetConn makes the state of a new connection, in the memory of the last one in its slot.
func (p *Peer) resetConn(id ConnID, addr netip.AddrPort, dialed bool) {
	c := &p.conns[id]
	requests, uploads, cold := c.requests.Memory(), c.uploads.list, c.cold
	*c = conn{
		live: true, dialed: dialed, amChoking: true, peerChoking: true, serial: p.lastSerial,
		openedAt: p.now, chokeChange: p.now, lastContent: p.now,
		lastReceived: p.now, lastSent: p.now, snubClock: p.now,
		down: newRate(p.now), up: newRate(p.now), cold: p.newColdState(cold, addr),
	}
	c.requests.Use(requests)
	c.uploads.list = uploads[:0]
}

// newColdState makes the seldom needed state of a new connection, in the memory of an old one
// unless that is nil, with only the parts that the settings require.
func (p *Peer) newColdState(s *coldState, addr netip.AddrPort) *coldState {
	if s == nil {
		s = &coldState{}
	}
	*s = coldState{addr: addr, lastRequested: p.now, lastChecked: p.now}
	if p.settings.Choking.InterestAtRounds {
		s.yield = &peerYield{}
	}
	if p.settings.Requests.AdaptiveTimeout {
		s.timeout = &requestTimeout{}
	}
	switch {
	case p.settings.Choking.RateWindow > 0:
		s.rates = &windowRates{}
	case p.settings.Upload.QueueTime > 0:
		r := newRate(p.now)
		s.taken = &r
	}
	return s
}

func (p *Peer) sendHandshake(id ConnID) {
	p.conns[id].sentHandshake = true
	*p.send(id, Handshake) = p.Hello()
}

// Hello returns the handshake that the peer sends on every connection.
func (p *Peer) Hello() Message {
	m := handshake(p.torrent, p.cfg.ID, p.settings.Fast.Enabled)
	if p.settings.Fast.AnswerCancels {
		m.Index |= AnswersCancels
	}
	if p.settings.Extensions.Enabled {
		m.Index |= SpeaksExtensions
	}
	return m
}

// onHandshake handles a neighbour's handshake. It refuses the wrong torrent, ourselves, and a
// second connection to the same peer. Of two connections that two peers dialed to each other at
// the same time, both keep the one that the peer with the greater ID dialed, or both connections
// if the settings say so. It returns why the connection is refused; NoReason if it is not.
func (p *Peer) onHandshake(id ConnID, m *Message) Reason {
	c := &p.conns[id]
	if len(m.Data) != 40 || !p.torrent.isNamed(m.Data[:20]) {
		return WrongTorrent
	}
	if bytes.Equal(m.Data[20:], p.cfg.ID[:]) {
		if c.dialed {
			p.addresses.setOwn(c.cold.addr)
		}
		return ConnectedToSelf
	}
	c.cold.id = PeerID(m.Data[20:])
	if p.isBanned(c.cold.addr.Addr(), c.cold.id) {
		return Refused
	}
	c.key = c.cold.id.key()
	c.fast = m.Index&SpeaksFast != 0 && p.settings.Fast.Enabled
	c.cold.answersCancels = c.fast && m.Index&AnswersCancels != 0
	for _, other := range p.established {
		o := &p.conns[other]
		if o.cold.id != c.cold.id || p.settings.Connections.AllowDuplicates && o.dialed != c.dialed {
			continue
		}
		weAreGreater := bytes.Compare(p.cfg.ID[:], c.cold.id[:]) > 0
		if o.dialed == c.dialed || o.dialed == weAreGreater {
			return Duplicate
		}
		p.hangUp(other, Duplicate)
		break
	}
	if !c.sentHandshake {
		p.sendHandshake(id)
	}
	p.beginExtensions(c, m.Index&SpeaksExtensions != 0)
	p.establish(id)
	return NoReason
}

// establish makes a neighbour of the peer with which handshakes have been exchanged.
func (p *Peer) establish(id ConnID) {
	p.handshaking = remove(p.handshaking, id)
	c := &p.conns[id]
	c.established = true
	p.loop.onEstablished(c)
	c.index = int32(len(p.established))
	p.established = append(p.established, id)
	p.trace(Met, id, 0)
	p.announcePieces(id)
	p.sendExtensionHandshake(id)
	if p.reveal != nil {
		p.revealTo(id)
	}
	if p.settings.Fast.SetSize > 0 && !p.settings.Fast.OnInterest && c.fast && p.reveal == nil {
		p.allowFast(id)
	}
	if p.settings.Choking.Unchoke == UnchokePerBlock {
		p.rechoke(false)
	}
}

// hangUp ends a connection from our side.
func (p *Peer) hangUp(id ConnID, why Reason) { p.hangUpBecause(id, why, 0) }

// hangUpBecause ends a connection because of a message of a kind.
func (p *Peer) hangUpBecause(id ConnID, why Reason, k Kind) {
	p.out = append(p.out, Action{Kind: HangUp, Conn: id, Reason: why, Message: Message{Kind: k}})
	p.onDisconnect(id)
}

// onDisconnect removes a connection that is gone. The blocks that the neighbour was asked for are
// requested from others.
func (p *Peer) onDisconnect(id ConnID) {
	if int(id) >= len(p.conns) || !p.conns[id].live {
		return
	}
	c := &p.conns[id]
	c.live = false
	c.uploads.clear(&p.spareUploads)
	p.addresses.onDisconnected(c.cold.addr, p.now)
	if !c.established {
		p.handshaking = remove(p.handshaking, id)
		return
	}
	p.trace(Parted, id, 0)
	if p.ext != nil {
		p.unlist(c)
	}
	p.removeEstablished(c)
	p.pieces.RemoveNeighbour(int(id), int(c.haveCount))
	if p.reveal != nil {
		p.onRevealEvent(reveal.Event{Kind: reveal.Left, Neighbour: int(id)})
	}
	hadSlot := !c.amChoking && c.peerInterested
	c.peerChoking = true
	if p.voidRequests(id) {
		p.requestReopened()
	}
	if hadSlot && p.settings.Choking.Unchoke != UnchokeAtRounds {
		p.rechoke(false)
	}
}

// removeEstablished removes a connection from the list of established ones, whose order stays.
func (p *Peer) removeEstablished(c *conn) {
	p.established = append(p.established[:c.index], p.established[c.index+1:]...)
	for i := int(c.index); i < len(p.established); i++ {
		p.conns[p.established[i]].index = int32(i)
	}
}

// remove removes the first x from a list.
func remove[T comparable](s []T, x T) []T {
	for i := range s {
		if s[i] == x {
			return append(s[:i], s[i+1:]...)
		}
	}
	return s
}

// leave ends all connections and tells the tracker.
func (p *Peer) leave() {
	if p.departed {
		return
	}
	p.departed = true
	for len(p.established) > 0 {
		p.hangUp(p.established[len(p.established)-1], Departing)
	}
	for len(p.handshaking) > 0 {
		p.hangUp(p.handshaking[len(p.handshaking)-1], Departing)
	}
	p.out = append(p.out, Action{Kind: Announce, Announce: Stopped, Tracker: p.trackers.last()})
}
