package client

import (
	"bytes"
	"net/netip"
)

// opened makes a connection's acquaintance: who dialed speaks first.
func (p *Peer) opened(e *Event) {
	for int(e.Conn) >= len(p.conns) {
		p.conns = append(p.conns, conn{})
		p.theirs = append(p.theirs, make([]uint64, p.perWord)...)
	}
	p.serials++
	c := &p.conns[e.Conn]
	*c = conn{
		live: true, dialed: e.Dialed, choking: true, choked: true, serial: p.serials,
		since: p.now, changed: p.now, checked: p.now, active: p.now, lastReceived: p.now, lastSent: p.now, lastBlock: p.now,
		down: newRate(p.now), up: newRate(p.now),
		requested: c.requested[:0], asks: c.asks[:0],
		stranger: p.newStranger(c.stranger, e.Addr),
	}
	clear(p.bitsOf(e.Conn))
	p.opening = append(p.opening, e.Conn)
	if e.Dialed {
		p.dialDone(e.Addr)
	}
	full := !e.Dialed && len(p.order)+len(p.opening)+len(p.dialing) > p.set.Total
	if full || p.left || p.isBanned(e.Addr.Addr()) {
		p.hangUp(e.Conn)
		return
	}
	if e.Dialed {
		p.greet(e.Conn)
	}
}

// newStranger begins what is seldom needed of a neighbour, in the place of what
// was of the last one in its slot, and with that only which the settings need.
func (p *Peer) newStranger(s *stranger, addr netip.AddrPort) *stranger {
	if s == nil {
		s = &stranger{}
	}
	*s = stranger{addr: addr, lastAsked: p.now}
	if p.set.InterestAtRounds {
		s.harvest = &harvest{}
	}
	if p.set.Paced {
		s.overdue = &overdue{}
	}
	if p.set.Trickle > 0 {
		s.meter = &meter{perSec: p.set.Trickle}
	}
	switch {
	case p.set.RateTime > 0:
		s.recents = &recents{}
	case p.set.AheadTime > 0:
		r := newRate(p.now)
		s.gone = &r
	}
	return s
}

// bitsOf is the set of pieces a neighbour has.
func (p *Peer) bitsOf(id ConnID) bitset {
	at := int(id) * p.perWord
	return p.theirs[at : at+p.perWord : at+p.perWord]
}

// theyHave reports whether a neighbour has a piece.
func (p *Peer) theyHave(id ConnID, piece int) bool {
	return p.theirs[int(id)*p.perWord+piece>>6]>>(piece&63)&1 != 0
}

func (p *Peer) greet(id ConnID) {
	p.conns[id].greeted = true
	m := handshake(p.torrent, p.cfg.ID, p.set.Fast)
	if p.set.AnswerCancels {
		m.Index |= AnswersCancels
	}
	*p.say(id, Handshake) = m
}

// shakeHands takes a neighbour's handshake and refuses the wrong torrent,
// ourselves, and a second connection to the same peer. Of two connections that
// two peers made to each other at once, both keep the one that the greater ID
// dialed; unless the settings say that they keep the two.
func (p *Peer) shakeHands(id ConnID, m *Message) bool {
	c := &p.conns[id]
	if len(m.Data) != 40 || !bytes.Equal(m.Data[:20], p.torrent.InfoHash[:]) || bytes.Equal(m.Data[20:], p.cfg.ID[:]) {
		return false
	}
	c.stranger.id = PeerID(m.Data[20:])
	c.key = c.stranger.id.key()
	c.fast = m.Index&SpeaksFast != 0 && p.set.Fast
	c.stranger.answers = c.fast && m.Index&AnswersCancels != 0
	for _, other := range p.order {
		o := &p.conns[other]
		if o.stranger.id != c.stranger.id {
			continue
		}
		if p.set.Twice && o.dialed != c.dialed {
			continue
		}
		weAreGreater := bytes.Compare(p.cfg.ID[:], c.stranger.id[:]) > 0
		if o.dialed == c.dialed || o.dialed == weAreGreater {
			return false
		}
		p.hangUp(other)
		break
	}
	if !c.greeted {
		p.greet(id)
	}
	p.establish(id)
	return true
}

func (p *Peer) establish(id ConnID) {
	p.opening = remove(p.opening, id)
	c := &p.conns[id]
	c.established = true
	c.stranger.told = int32(len(p.news))
	c.place = int32(len(p.order))
	p.order = append(p.order, id)
	p.note(Met, id, 0)
	if p.offering != nil {
		p.beginOffer(id)
	} else if said := p.announcement(); said != nil {
		p.say(id, Bitfield).Data = said
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
	p.forget(id)
}

// forget drops what was known of a connection that is gone; the blocks it
// still owed are asked of others.
func (p *Peer) forget(id ConnID) {
	if int(id) >= len(p.conns) || !p.conns[id].live {
		return
	}
	c := &p.conns[id]
	c.live = false
	p.dropAsks(c)
	p.lost(c.stranger.addr)
	if !c.established {
		p.opening = remove(p.opening, id)
		return
	}
	p.note(Parted, id, 0)
	p.order = append(p.order[:c.place], p.order[c.place+1:]...)
	for i := int(c.place); i < len(p.order); i++ {
		p.conns[p.order[i]].place = int32(i)
	}
	p.recount(p.bitsOf(id), int(c.pieces), true)
	if p.offering != nil {
		p.withdraw(c.stranger.offered)
	}
	hadSlot := !c.choking && c.wanting
	c.choked = true
	if p.release(id) {
		p.askOthers()
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
	for len(p.order) > 0 {
		p.hangUp(p.order[len(p.order)-1])
	}
	for len(p.opening) > 0 {
		p.hangUp(p.opening[len(p.opening)-1])
	}
	p.out = append(p.out, Action{Kind: Announce, Announce: Stopped})
}
