package client

import (
	"net/netip"
	"slices"
)

// Neighbours say which address they see us at (BEP 10, yourip; BEP 24). One of them may lie, so
// several have to agree.

const (
	minVotes = 3  // of neighbours with different addresses
	maxVotes = 32 // that are remembered
)

// addressVotes are the addresses that neighbours have seen us at.
type addressVotes struct {
	list       []addressVote // oldest first
	ipv4, ipv6 netip.Addr    // that have won; invalid for none
}

type addressVote struct{ voter, seen netip.Addr }

// add counts a neighbour's vote in place of an earlier one.
func (v *addressVotes) add(voter, seen netip.Addr) {
	if !seen.IsValid() || seen.IsUnspecified() || seen.IsMulticast() {
		return
	}
	v.list = slices.DeleteFunc(v.list, func(x addressVote) bool { return x.voter == voter && x.seen.Is4() == seen.Is4() })
	if len(v.list) == maxVotes {
		v.list = slices.Delete(v.list, 0, 1)
	}
	v.list = append(v.list, addressVote{voter, seen})
	v.ipv4, v.ipv6 = v.winner(true), v.winner(false)
}

// winner returns the address of a family that most neighbours see us at; an invalid one if too few
// agree, or no more than half.
func (v *addressVotes) winner(is4 bool) netip.Addr {
	total, best, winner := 0, 0, netip.Addr{}
	for i, x := range v.list {
		if x.seen.Is4() != is4 {
			continue
		}
		total++
		n := 0
		for _, y := range v.list[i:] {
			if y.seen == x.seen {
				n++
			}
		}
		if n > best {
			best, winner = n, x.seen
		}
	}
	if best < minVotes || 2*best <= total {
		return netip.Addr{}
	}
	return winner
}

// ExternalAddrs returns the IPv4 and the IPv6 address at which several neighbours see this peer.
// An address is invalid as long as it is not known.
func (p *Peer) ExternalAddrs() (ipv4, ipv6 netip.Addr) {
	if p.ext == nil {
		return netip.Addr{}, netip.Addr{}
	}
	return p.ext.votes.ipv4, p.ext.votes.ipv6
}

// isOwn reports whether an address is where we accept connections ourselves.
func (p *Peer) isOwn(a netip.AddrPort) bool {
	return slices.Contains(p.addresses.own, a) || p.cfg.ListenPort != 0 && a.Port() == p.cfg.ListenPort &&
		(a.Addr() == p.ext.votes.ipv4 || a.Addr() == p.ext.votes.ipv6)
}
