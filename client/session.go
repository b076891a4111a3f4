package client

import (
	"bytes"
	"net/netip"
)

// opened makes a connection's acquaintance: who dialed speaks first.
func (p *Peer) onOpened(e *Event) {
	for int(e.Conn) >= len(p.conns) {
		p.conns = append(p.conns, conn{})
		p.theirBits = append(p.theirBits, make([]uint64, p.bitsetWords)...)
	}
	p.serials++
	c := &p.conns[e.Conn]
	*c = conn{
		live: true, dialed: e.Dialed, amChoking: true, peerChoking: true, serial: p.serials,
		openedAt: p.now, chokeChanged: p.now, lastChecked: p.now, lastContent: p.now, lastReceived: p.now, lastSent: p.now, lastBlock: p.now,
		down: newRate(p.now), up: newRate(p.now),
		requests: c.requests[:0], peerRequests: c.peerRequests[:0],
		cold: p.newColdState(c.cold, e.Addr),
	}
	clear(p.piecesOf(e.Conn))
	p.handshaking = append(p.handshaking, e.Conn)
	if e.Dialed {
		p.onDialed(e.Addr)
	}
	full := !e.Dialed && len(p.established)+len(p.handshaking)+len(p.dialing) > p.set.MaxConnections
	if full || p.left || p.isBanned(e.Addr.Addr()) {
		p.hangUp(e.Conn)
		return
	}
	if e.Dialed {
		p.sendHandshake(e.Conn)
	}
}

// newStranger begins what is seldom needed of a neighbour, in the place of what
// was of the last one in its slot, and with that only which the settings need.
func (p *Peer) newColdState(s *coldState, addr netip.AddrPort) *coldState {
	if s == nil {
		s = &coldState{}
	}
	*s = coldState{addr: addr, lastRequested: p.now}
	if p.set.InterestAtRounds {
		s.yield = &peerYield{}
	}
	if p.set.AdaptiveTimeout {
		s.timeout = &requestTimeout{}
	}
	if p.set.Trickle > 0 {
		s.meter = &meter{perSec: p.set.Trickle}
	}
	switch {
	case p.set.RateWindow > 0:
		s.recents = &windowRates{}
	case p.set.SendQueueTime > 0:
		r := newRate(p.now)
		s.taken = &r
	}
	return s
}

// bitsOf is the set of pieces a neighbour has.
func (p *Peer) piecesOf(id ConnID) bitset {
	at := int(id) * p.bitsetWords
	return p.theirBits[at : at+p.bitsetWords : at+p.bitsetWords]
}

// theyHave reports whether a neighbour has a piece.
func (p *Peer) theyHave(id ConnID, piece int) bool {
	return p.theirBits[int(id)*p.bitsetWords+piece>>6]>>(piece&63)&1 != 0
}

func (p *Peer) sendHandshake(id ConnID) {
	p.conns[id].sentHandshake = true
	m := handshake(p.torrent, p.cfg.ID, p.set.Fast)
	if p.set.AnswerCancels {
		m.Index |= AnswersCancels
	}
	*p.send(id, Handshake) = m
}

// shakeHands takes a neighbour's handshake and refuses the wrong torrent,
// ourselves, and a second connection to the same peer. Of two connections that
// two peers made to each other at once, both keep the one that the greater ID
// dialed; unless the settings say that they keep the two.
func (p *Peer) onHandshake(id ConnID, m *Message) bool {
	c := &p.conns[id]
	if len(m.Data) != 40 || !bytes.Equal(m.Data[:20], p.torrent.InfoHash[:]) || bytes.Equal(m.Data[20:], p.cfg.ID[:]) {
		return false
	}
	c.cold.id = PeerID(m.Data[20:])
	c.key = c.cold.id.key()
	c.fast = m.Index&SpeaksFast != 0 && p.set.Fast
	c.cold.answersCancels = c.fast && m.Index&AnswersCancels != 0
	for _, other := range p.established {
		o := &p.conns[other]
		if o.cold.id != c.cold.id {
			continue
		}
		if p.set.AllowDuplicates && o.dialed != c.dialed {
			continue
		}
		weAreGreater := bytes.Compare(p.cfg.ID[:], c.cold.id[:]) > 0
		if o.dialed == c.dialed || o.dialed == weAreGreater {
			return false
		}
		p.hangUp(other)
		break
	}
	if !c.sentHandshake {
		p.sendHandshake(id)
	}
	p.establish(id)
	return true
}

func (p *Peer) establish(id ConnID) {
	p.handshaking = remove(p.handshaking, id)
	c := &p.conns[id]
	c.established = true
	c.cold.haveCursor = int32(len(p.haveLog))
	c.index = int32(len(p.established))
	p.established = append(p.established, id)
	p.trace(Met, id, 0)
	if p.offering != nil {
		p.beginReveal(id)
	} else if said := p.announcement(); said != nil {
		p.send(id, Bitfield).Data = said
	}
	if p.set.AllowedFast > 0 && !p.set.FastOnInterest && c.fast && p.offering == nil {
		p.allowFast(id)
	}
	if p.set.ChokeAtBlocks {
		p.rechoke(false)
	}
}

// hangUp ends a connection from our side.
func (p *Peer) hangUp(id ConnID) {
	p.out = append(p.out, Action{Kind: HangUp, Conn: id})
	p.onDisconnect(id)
}

// forget drops what was known of a connection that is gone; the blocks it
// still owed are asked of others.
func (p *Peer) onDisconnect(id ConnID) {
	if int(id) >= len(p.conns) || !p.conns[id].live {
		return
	}
	c := &p.conns[id]
	c.live = false
	p.clearRequests(c)
	p.onConnectionLost(c.cold.addr)
	if !c.established {
		p.handshaking = remove(p.handshaking, id)
		return
	}
	p.trace(Parted, id, 0)
	p.established = append(p.established[:c.index], p.established[c.index+1:]...)
	for i := int(c.index); i < len(p.established); i++ {
		p.conns[p.established[i]].index = int32(i)
	}
	p.addCopiesOf(p.piecesOf(id), int(c.haveCount), true)
	if p.offering != nil {
		p.endReveal(c.cold.revealed)
	}
	hadSlot := !c.amChoking && c.peerInterested
	c.peerChoking = true
	if p.cancelAll(id) {
		p.reassign()
	}
	if hadSlot && (!p.set.ChokeAtRounds || p.set.ChokeOnRelease) {
		p.rechoke(false)
	}
}

func remove[T comparable](s []T, x T) []T {
	for i := range s {
		if s[i] == x {
			return append(s[:i], s[i+1:]...)
		}
	}
	return s
}

// leave says farewell to the tracker and everybody else.
func (p *Peer) leave() {
	if p.left {
		return
	}
	p.left = true
	for len(p.established) > 0 {
		p.hangUp(p.established[len(p.established)-1])
	}
	for len(p.handshaking) > 0 {
		p.hangUp(p.handshaking[len(p.handshaking)-1])
	}
	p.out = append(p.out, Action{Kind: Announce, Announce: Stopped})
}
