package metadata

import (
	"net/netip"
	"slices"
	"time"

	"swarmsim/client"
)

// book holds the addresses of peers, oldest first.
type book struct {
	known  []entry
	banned []banned
}

type entry struct {
	addr   netip.AddrPort
	after  time.Duration // not to be dialed before
	failed int           // dials
	state  entryState
	met    bool // there has been a connection to it
}

type entryState uint8

const (
	idle entryState = iota
	dialing
	connected
)

// banned is a peer that sent a dictionary that does not match. Others may share its address.
type banned struct {
	ip netip.Addr
	id client.PeerID
}

const (
	maxKnown       = 500
	maxConnections = 40
	maxDialing     = 20
	redial         = 30 * time.Second
	maxFailed      = 3 // dials, after which an address is not dialed again
	maxBanned      = 3 // peers of an IP address, beyond which all of it is refused
)

// isBanned reports whether a peer is refused.
func (b *book) isBanned(ip netip.Addr, id client.PeerID) bool {
	n := 0
	for _, x := range b.banned {
		if x.ip == ip {
			n++
		}
	}
	return n >= maxBanned || slices.Contains(b.banned, banned{ip, id})
}

// add keeps addresses that are new, and at which a peer can be.
func (b *book) add(addrs []netip.AddrPort) {
	for _, a := range addrs {
		a = unmapped(a)
		if len(b.known) < maxKnown && client.IsUsable(a) && b.find(a) == nil {
			b.known = append(b.known, entry{addr: a})
		}
	}
}

func unmapped(a netip.AddrPort) netip.AddrPort { return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()) }

// find returns the entry of an address; nil if there is none.
func (b *book) find(a netip.AddrPort) *entry {
	i := slices.IndexFunc(b.known, func(e entry) bool { return e.addr == a })
	if i < 0 {
		return nil
	}
	return &b.known[i]
}

func (b *book) onDialFailed(a netip.AddrPort, now time.Duration) {
	if e := b.find(unmapped(a)); e != nil {
		e.state, e.after = idle, now+redial
		e.failed++
	}
}

// list returns all addresses, first those to which there has been a connection.
func (b *book) list() []netip.AddrPort {
	var out []netip.AddrPort
	for _, met := range []bool{true, false} {
		for _, e := range b.known {
			if e.met == met && (met || e.failed < maxFailed) {
				out = append(out, e.addr)
			}
		}
	}
	return out
}

// dialMore dials addresses in random order, so that magnet links that start at the same time
// do not all burden the same peer.
func (f *Fetcher) dialMore() {
	open, dials := 0, 0
	for i := range f.neighbours {
		if f.neighbours[i].live {
			open++
		}
	}
	var free []int
	for i := range f.book.known {
		switch e := &f.book.known[i]; {
		case e.state == dialing:
			dials++
		case e.state == idle && f.now >= e.after && e.failed < maxFailed:
			free = append(free, i)
		}
	}
	for len(free) > 0 && open+dials < maxConnections && dials < maxDialing {
		n := f.cfg.Rand.IntN(len(free))
		e := &f.book.known[free[n]]
		free[n] = free[len(free)-1]
		free = free[:len(free)-1]
		e.state = dialing
		dials++
		f.out = append(f.out, client.Action{Kind: client.Dial, Addr: e.addr})
	}
}
