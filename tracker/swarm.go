package tracker

import (
	"net/netip"
	"time"
)

// swarm is the members of one torrent. Leechers come before seeds, so that both kinds are slices.
type swarm struct {
	infoHash  [20]byte
	members   []member
	addrs6    []endpoint6 // parallel to members; nil while no member has an IPv6 address
	index     index       // peer ID -> position in members
	leechers  int         // members[:leechers] are leechers, the others seeds
	completed int         // announces with the event completed
	position  int         // in Tracker.order
	checkedAt time.Duration
}

// member is a peer of a swarm. It has an IPv4 address, an IPv6 address in swarm.addrs6, or both
// (BEP 7). The type has no padding or pointer to spare: a tracker holds millions.
type member struct {
	announcedAt time.Duration
	id          [20]byte
	key         uint32 // 0: none
	ip4         [4]byte
	port4       uint16 // 0: no IPv4 address
}

// endpoint6 is an IPv6 address and port. Port 0 stands for no address.
type endpoint6 struct {
	ip   [16]byte
	port uint16
}

func (e endpoint6) addrPort() netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom16(e.ip), e.port)
}

func (m *member) addrPort4() netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4(m.ip4), m.port4)
}

// setAddr sets the member's address of the family of addr.
func setAddr(m *member, e *endpoint6, addr netip.AddrPort) {
	if ip := addr.Addr().Unmap(); ip.Is4() {
		m.ip4, m.port4 = ip.As4(), addr.Port()
	} else if ip.Is6() {
		e.ip, e.port = ip.As16(), addr.Port()
	}
}

// seeds returns the number of seeds.
func (s *swarm) seeds() int { return len(s.members) - s.leechers }

// endpoint6 returns the IPv6 address of the member at i.
func (s *swarm) endpoint6(i int) endpoint6 {
	if s.addrs6 == nil {
		return endpoint6{}
	}
	return s.addrs6[i]
}

// find returns the position of a peer ID, or -1.
func (s *swarm) find(id *[20]byte) int { return s.index.find(s.members, id) }

// add inserts a member that is not in the swarm.
func (s *swarm) add(m member, e endpoint6, seed bool) {
	s.members = append(s.members, m)
	last := len(s.members) - 1
	if e.port != 0 && s.addrs6 == nil {
		s.addrs6 = make([]endpoint6, last, cap(s.members))
	}
	if s.addrs6 != nil {
		s.addrs6 = append(s.addrs6, e)
	}
	s.index.insert(s.members, last)
	if !seed {
		s.swap(last, s.leechers)
		s.leechers++
	}
}

// remove removes the member at i.
func (s *swarm) remove(i int) {
	if i < s.leechers {
		s.leechers--
		s.swap(i, s.leechers)
		i = s.leechers
	}
	last := len(s.members) - 1
	s.swap(i, last)
	s.index.remove(s.members, last)
	s.members = s.members[:last]
	if s.addrs6 != nil {
		s.addrs6 = s.addrs6[:last]
	}
	s.shrink()
}

// shrink frees memory when a quarter of the room or less is in use.
func (s *swarm) shrink() {
	if n := len(s.members); n*4 <= cap(s.members) && cap(s.members) > 4 {
		s.members = append(make([]member, 0, 2*n), s.members...)
		if s.addrs6 != nil {
			s.addrs6 = append(make([]endpoint6, 0, 2*n), s.addrs6...)
		}
	}
}

func (s *swarm) swap(i, j int) {
	if i == j {
		return
	}
	s.index.swap(s.members, i, j)
	s.members[i], s.members[j] = s.members[j], s.members[i]
	if s.addrs6 != nil {
		s.addrs6[i], s.addrs6[j] = s.addrs6[j], s.addrs6[i]
	}
}

// expire removes the members that have last announced before the given time.
func (s *swarm) expire(before time.Duration) {
	for i := len(s.members) - 1; i >= 0; i-- {
		// A removal swaps only members at i and behind, all of which have been checked.
		if i < len(s.members) && s.members[i].announcedAt < before {
			s.remove(i)
		}
	}
}
