package client

import (
	"net/netip"
	"slices"
)

// Who sends corrupt blocks is found by parole, as in libtorrent: a piece that
// fails with several senders is suspect and is had again from one neighbour
// alone; a piece that fails with one sender convicts it. So nobody is ever
// banned for what another sent.

// judge draws the consequences of a piece whose hash has been checked.
func (p *Peer) judge(s *piece, good bool) {
	if good {
		if p.suspect != nil {
			p.suspect.unset(s.index)
		}
		return
	}
	senders := s.senders()
	for _, from := range senders[1:s.blocks] {
		if from != senders[0] {
			if p.set.NoParole {
				return
			}
			if p.suspect == nil {
				p.suspect = newBitset(p.pieces)
			}
			p.suspect.set(s.index)
			return
		}
	}
	for _, id := range p.order {
		if p.conns[id].serial == senders[0] {
			p.ban(id)
			return
		}
	}
}

// watchOver gives a piece that is suspect to one neighbour alone.
func (p *Peer) watchOver(s *piece, c *conn) {
	if p.suspect != nil && p.suspect.has(s.index) {
		s.parole, p.paroled = c.serial, true
	}
}

// mayJoin reports whether a neighbour may send blocks of a started piece: not if
// the piece is on parole with another.
func (s *piece) mayJoin(c *conn) bool { return s.parole == 0 || s.parole == c.serial }

// endParole lets others go on with the pieces that a neighbour had alone, on
// parole, and will not finish. It reports whether there is something to ask for
// because of it.
func (p *Peer) endParole(c *conn) (opened bool) {
	if !p.paroled {
		return false
	}
	for _, x := range p.started {
		s := x.piece
		if s.parole == c.serial {
			s.parole = 0
			opened = opened || s.open > 0
		}
	}
	return opened
}

func (p *Peer) ban(id ConnID) {
	p.counters.Banned++
	p.banned = append(p.banned, p.conns[id].stranger.addr.Addr())
	p.hangUp(id)
}

func (p *Peer) isBanned(a netip.Addr) bool { return slices.Contains(p.banned, a) }
