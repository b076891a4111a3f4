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
func (p *Peer) attributeFailure(s *activePiece, good bool) {
	if good {
		if p.suspects != nil {
			p.suspects.unset(s.index)
		}
		return
	}
	senders := s.senders()
	for _, from := range senders[1:s.blocks] {
		if from != senders[0] {
			if p.set.NoParole {
				return
			}
			if p.suspects == nil {
				p.suspects = newBitset(p.numPieces)
			}
			p.suspects.set(s.index)
			return
		}
	}
	for _, id := range p.established {
		if p.conns[id].serial == senders[0] {
			p.ban(id)
			return
		}
	}
}

// watchOver gives a piece that is suspect to one neighbour alone.
func (p *Peer) assignParole(s *activePiece, c *conn) {
	if p.suspects != nil && p.suspects.has(s.index) {
		s.parole, p.hasParole = c.serial, true
	}
}

// mayJoin reports whether a neighbour may send blocks of a started piece: not if
// the piece is on parole with another.
func (s *activePiece) mayJoin(c *conn) bool { return s.parole == 0 || s.parole == c.serial }

// endParole lets others go on with the pieces that a neighbour had alone, on
// parole, and will not finish. It reports whether there is something to ask for
// because of it.
func (p *Peer) endParole(c *conn) (opened bool) {
	if !p.hasParole {
		return false
	}
	for _, x := range p.active {
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
	p.banned = append(p.banned, p.conns[id].cold.addr.Addr())
	p.hangUp(id)
}

func (p *Peer) isBanned(a netip.Addr) bool { return slices.Contains(p.banned, a) }
