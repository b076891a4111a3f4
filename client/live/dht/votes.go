package dht

import (
	"net/netip"
	"sync"
)

// votes are the addresses under which other nodes see this one (BEP 42: "ip" in responses). Every
// address votes once, since a node that lies can have any number of ports.
type votes struct {
	mu     sync.Mutex
	claims map[netip.Addr]netip.Addr // by voter
}

// The number of voters that are remembered, and that an address needs.
const (
	maxVoters = 64
	minVoters = 3
)

func (v *votes) add(from, external netip.Addr) {
	if !unicast(external) || isLocal(external) && !isLocal(from) {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.claims == nil {
		v.claims = map[netip.Addr]netip.Addr{}
	}
	if _, known := v.claims[from]; !known && len(v.claims) >= maxVoters {
		for voter := range v.claims { // any of them
			delete(v.claims, voter)
			break
		}
	}
	v.claims[from] = external
}

// winner returns the address of a family with the most votes, invalid if they are too few.
func (v *votes) winner(is4 bool) netip.Addr {
	v.mu.Lock()
	defer v.mu.Unlock()
	counts := map[netip.Addr]int{}
	var best netip.Addr
	for _, a := range v.claims {
		if a.Is4() != is4 {
			continue
		}
		if counts[a]++; counts[a] >= minVoters && counts[a] > counts[best] {
			best = a
		}
	}
	return best
}
