package tracker

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"time"
)

// Config is the policy of a tracker.
type Config struct {
	Interval    time.Duration // between a peer's regular announces
	MinInterval time.Duration // until a peer that needs more peers may announce again
	Expire      time.Duration // a peer that has not announced for this long is removed
	MaxPeers    int           // most peers in a response
	SeedsOnly   bool          // responses contain only seeds

	// SeedsWhenStarted sends seeds also to a peer that starts and lacks nothing: aria2 says so of a
	// magnet link whose metadata it does not have yet.
	SeedsWhenStarted bool

	// ExpireWork is the number of peers, of any swarm, whose last announce is checked during an
	// announce. With 0 an announce checks all peers of its swarm, if that was not done for half an
	// interval: expiry is exact, but takes long in a large swarm and never happens in a swarm
	// without announces. Only with ExpireWork are swarms without peers forgotten.
	ExpireWork int

	ReturnOwnAddress bool   // a response may contain the address that announces
	TrackerID        string // sent in responses (BEP 3 community specification: tracker id)
	Warning          string // sent in responses (BEP 3 community specification: warning message)
}

// Tracker keeps the members of any number of swarms.
type Tracker struct {
	config Config
	swarms map[[20]byte]uint32 // info hash -> position in order
	order  []*swarm
	count  Totals
	cursor cursor
	draw   draw
}

// Totals counts what a tracker keeps.
type Totals struct{ Swarms, Seeds, Leechers int }

// New returns a tracker without swarms.
func New(c Config) *Tracker {
	return &Tracker{config: c, swarms: map[[20]byte]uint32{}}
}

// Totals returns the number of swarms, and of seeds and leechers in all of them.
func (t *Tracker) Totals() Totals { return t.count }

// Announce handles an announce: it adds, updates or removes the peer and returns the response.
func (t *Tracker) Announce(now time.Duration, r Request, rng *rand.Rand) Response {
	var out Response
	t.AnnounceInto(now, &r, rng, &out)
	return out
}

// AnnounceInto handles an announce as Announce does. It overwrites the response, whose slices it
// uses again.
func (t *Tracker) AnnounceInto(now time.Duration, r *Request, rng *rand.Rand, out *Response) {
	*out = Response{Peers: out.Peers[:0], PeerIDs: out.PeerIDs[:0]}
	if !r.Addr.IsValid() || r.Addr.Port() == 0 {
		out.Failure = "no port to connect to"
		return
	}
	s := t.swarm(r.InfoHash)
	if s == nil {
		switch {
		case r.Event == Stopped:
			out.Interval, out.MinInterval = t.config.Interval, t.config.MinInterval
			return
		case r.Limits&NoNewSwarm != 0:
			out.Failure = "the tracker has no room for another torrent"
			return
		}
		s = t.newSwarm(r.InfoHash, now)
	}
	t.expire(now, s)
	if out.Failure = t.register(now, s, r); out.Failure != "" {
		return
	}
	out.Interval, out.MinInterval = t.config.Interval, t.config.MinInterval
	out.Leechers, out.Seeds = s.leechers, s.seeds()
	out.TrackerID, out.Warning = t.config.TrackerID, t.config.Warning
	if r.Event != Stopped {
		from, to := t.candidates(s, r.Left == 0 && !(t.config.SeedsWhenStarted && r.Event == Started))
		t.sample(s, from, to, r, rng, out)
	}
}

// register adds, updates or removes the announcing peer. It returns the reason why it does not.
func (t *Tracker) register(now time.Duration, s *swarm, r *Request) (failure string) {
	m := member{id: r.PeerID, key: r.Key}
	var e endpoint6
	wasSeed := false
	if i := s.find(&r.PeerID); i >= 0 {
		m, e = s.members[i], s.endpoint6(i)
		if m.key != 0 && m.key != r.Key && !isAddr(&m, e, r.Addr) {
			return "the peer ID is in use at another address; the key is not the one it was registered with"
		}
		wasSeed = i >= s.leechers
		t.leave(s, i)
	} else if r.Event != Stopped && r.Limits&NoNewPeer != 0 {
		return "the tracker has no room for another peer"
	}
	if r.Event == Completed && !wasSeed && s.completed < math.MaxInt32 {
		s.completed++
	}
	if r.Event == Stopped {
		return ""
	}
	setAddr(&m, &e, r.Addr)
	setAddr(&m, &e, r.Also)
	if r.Key != 0 {
		m.key = r.Key
	}
	m.announcedAt = now
	t.join(s, m, e, r.Left == 0)
	return ""
}

// isAddr reports whether addr is the IP address of the member with address e in IPv6.
func isAddr(m *member, e endpoint6, addr netip.AddrPort) bool {
	ip := addr.Addr().Unmap()
	return ip.Is4() && m.port4 != 0 && ip.As4() == m.ip4 || ip.Is6() && e.port != 0 && ip.As16() == e.ip
}

// join adds a member to a swarm.
func (t *Tracker) join(s *swarm, m member, e endpoint6, seed bool) {
	s.add(m, e, seed)
	if seed {
		t.count.Seeds++
	} else {
		t.count.Leechers++
	}
}

// leave removes the member at i from a swarm.
func (t *Tracker) leave(s *swarm, i int) {
	if i < s.leechers {
		t.count.Leechers--
	} else {
		t.count.Seeds--
	}
	s.remove(i)
}

// swarm returns the swarm of a torrent, or nil.
func (t *Tracker) swarm(infoHash [20]byte) *swarm {
	if i, ok := t.swarms[infoHash]; ok {
		return t.order[i]
	}
	return nil
}

func (t *Tracker) newSwarm(infoHash [20]byte, now time.Duration) *swarm {
	s := &swarm{infoHash: infoHash, checkedAt: now}
	s.position = len(t.order)
	t.swarms[infoHash] = uint32(s.position)
	t.order = append(t.order, s)
	t.count.Swarms++
	return s
}

// forget removes a swarm that has no members.
func (t *Tracker) forget(s *swarm) {
	last := t.order[len(t.order)-1]
	t.order[s.position], last.position = last, s.position
	t.swarms[last.infoHash] = uint32(s.position)
	t.order[len(t.order)-1] = nil
	t.order = t.order[:len(t.order)-1]
	delete(t.swarms, s.infoHash)
	t.count.Swarms--
}

// Scrape returns the statistics of a torrent. Those of an unknown torrent are zero.
func (t *Tracker) Scrape(infoHash [20]byte) Stats {
	s := t.swarm(infoHash)
	if s == nil {
		return Stats{}
	}
	return Stats{Seeds: s.seeds(), Leechers: s.leechers, Completed: s.completed}
}
