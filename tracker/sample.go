package tracker

import (
	"math/rand/v2"
	"net/netip"
)

// draw is the working memory of sample.
type draw struct {
	shuffled []uint32
	drawn    map[int]struct{}
}

// candidates returns the range of members that may be in a response: all of them for a leecher, and
// only leechers for a seed, which cannot download from other seeds.
func (t *Tracker) candidates(s *swarm, seed bool) (from, to int) {
	switch {
	case t.config.SeedsOnly && seed:
		return 0, 0
	case t.config.SeedsOnly:
		return s.leechers, len(s.members)
	case seed:
		return 0, s.leechers
	}
	return 0, len(s.members)
}

// sample appends the addresses of different members at from to to-1, chosen at random, to the
// response. It leaves out the peer that asks and members without an address of the wanted families.
func (t *Tracker) sample(s *swarm, from, to int, r *Request, rng *rand.Rand, out *Response) {
	n, candidates := min(r.NumWant, t.config.MaxPeers), to-from
	if n <= 0 || candidates == 0 {
		return
	}
	if n*3 >= candidates { // a large part of them: shuffle
		for _, i := range t.draw.shuffle(candidates, rng) {
			if n > 0 && t.hand(s, from+int(i), r, out) {
				n--
			}
		}
		return
	}
	if t.draw.drawn == nil {
		t.draw.drawn = map[int]struct{}{}
	}
	clear(t.draw.drawn)
	// Few of many: draw until enough are different. Where hardly any member has an address of the
	// wanted families, the draws end before enough are found.
	for tries := 8*n + 64; n > 0 && tries > 0; tries-- {
		i := from + rng.IntN(candidates)
		if _, again := t.draw.drawn[i]; again {
			continue
		}
		t.draw.drawn[i] = struct{}{}
		if t.hand(s, i, r, out) {
			n--
		}
	}
}

// shuffle returns the numbers 0 to n-1 in random order, as rand.Perm does.
func (d *draw) shuffle(n int, rng *rand.Rand) []uint32 {
	d.shuffled = d.shuffled[:0]
	for i := range n {
		d.shuffled = append(d.shuffled, uint32(i))
	}
	p := d.shuffled
	rng.Shuffle(n, func(i, j int) { p[i], p[j] = p[j], p[i] })
	return p
}

// hand appends the addresses of the member at i to the response. It reports whether it did.
func (t *Tracker) hand(s *swarm, i int, r *Request, out *Response) bool {
	m := &s.members[i]
	if m.id == r.PeerID && !t.config.ReturnOwnAddress {
		return false
	}
	before := len(out.Peers)
	if m.port4 != 0 && r.Families != IPv6 {
		t.handAddr(m, m.addrPort4(), r, out)
	}
	if s.addrs6 != nil && s.addrs6[i].port != 0 && r.Families != IPv4 {
		t.handAddr(m, s.addrs6[i].addrPort(), r, out)
	}
	return len(out.Peers) > before
}

func (t *Tracker) handAddr(m *member, addr netip.AddrPort, r *Request, out *Response) {
	if !t.config.ReturnOwnAddress && addr.Port() == r.Addr.Port() && addr.Addr() == r.Addr.Addr().Unmap() {
		return // the entry of a client that was restarted, under its earlier peer ID
	}
	out.Peers = append(out.Peers, addr)
	if r.Dictionary {
		out.PeerIDs = append(out.PeerIDs, m.id)
	}
}
