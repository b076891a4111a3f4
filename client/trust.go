package client

import "net/netip"

// Who sends corrupt blocks is found by trust, as in libtorrent: a piece that
// fails costs each of its senders two points, one that is good earns one, and
// whoever falls to the floor, or sent a bad piece alone, is banned.
const (
	trustFloor   = -7
	trustCeiling = 8
)

// judge settles trust for a piece whose hash has been checked.
func (p *Peer) judge(s *piece, good bool) {
	alone := true
	for _, from := range s.from[1:s.blocks] {
		alone = alone && from == s.from[0]
	}
	if good && p.counters.FailedPieces == 0 {
		return // nobody is under suspicion
	}
	for at := len(p.order) - 1; at >= 0; at-- {
		id := p.order[at]
		c := &p.conns[id]
		if !s.sentBy(c.serial) {
			continue
		}
		if good {
			c.trust = min(c.trust+1, trustCeiling)
			continue
		}
		if c.trust -= 2; alone || c.trust <= trustFloor {
			p.ban(id)
		}
	}
}

func (s *piece) sentBy(serial uint32) bool {
	for _, from := range s.from[:s.blocks] {
		if from == serial {
			return true
		}
	}
	return false
}

func (p *Peer) ban(id ConnID) {
	p.counters.Banned++
	p.banned = append(p.banned, p.conns[id].stranger.addr.Addr())
	p.hangUp(id)
}

func (p *Peer) isBanned(a netip.Addr) bool {
	for _, b := range p.banned {
		if a == b {
			return true
		}
	}
	return false
}
