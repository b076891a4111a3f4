package tracker

import (
	"net/netip"
	"time"
)

// swarm is the members of one torrent. Leechers come before seeds, so that both kinds are slices.
type swarm struct {
	members   []member
	leechers  int              // members[:leechers] are leechers, the others seeds
	index     map[[20]byte]int // peer ID -> index in members
	completed int              // announces with the event completed
	expiredAt time.Duration    // when silent members were last removed
}

type member struct {
	id          [20]byte
	addr        netip.AddrPort
	announcedAt time.Duration
}

func newSwarm(now time.Duration) *swarm {
	return &swarm{index: map[[20]byte]int{}, expiredAt: now}
}

// add inserts a member that is not in the swarm.
func (s *swarm) add(m member, seed bool) {
	s.members = append(s.members, m)
	last := len(s.members) - 1
	s.index[m.id] = last
	if !seed {
		s.swap(last, s.leechers)
		s.leechers++
	}
}

// remove removes a member, if it is in the swarm.
func (s *swarm) remove(id [20]byte) {
	i, ok := s.index[id]
	if !ok {
		return
	}
	if i < s.leechers {
		s.leechers--
		s.swap(i, s.leechers)
		i = s.leechers
	}
	last := len(s.members) - 1
	s.swap(i, last)
	s.members = s.members[:last]
	delete(s.index, id)
}

func (s *swarm) swap(i, j int) {
	s.members[i], s.members[j] = s.members[j], s.members[i]
	s.index[s.members[i].id], s.index[s.members[j].id] = i, j
}

// expire removes the members that have last announced before the given time.
func (s *swarm) expire(before time.Duration) {
	for i := len(s.members) - 1; i >= 0; i-- {
		// A removal swaps only members at i and behind, all of which have been checked.
		if i < len(s.members) && s.members[i].announcedAt < before {
			s.remove(s.members[i].id)
		}
	}
}
