package tracker

import (
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
}

// Event is the reason for an announce (BEP 3: event).
type Event uint8

// The events. None is a regular announce.
const (
	None Event = iota
	Started
	Completed
	Stopped
)

// Request is an announce (BEP 3: tracker GET request).
type Request struct {
	InfoHash   [20]byte
	PeerID     [20]byte
	Addr       netip.AddrPort // where the peer accepts connections
	Uploaded   int64          // bytes
	Downloaded int64          // bytes
	Left       int64          // bytes that are missing; 0 for a seed
	Event      Event
	NumWant    int // how many peers it asks for
}

// Response is the answer to an announce.
type Response struct {
	Failure     string // failure reason; if it is not empty, the other fields are not set
	Interval    time.Duration
	MinInterval time.Duration
	Seeds       int // BEP 3: complete
	Leechers    int // BEP 3: incomplete
	Peers       []netip.AddrPort
}

// Stats is the answer to a scrape for one torrent (BEP 48).
type Stats struct {
	Seeds     int
	Leechers  int
	Completed int // announces with the event completed
}

// Tracker keeps the members of any number of swarms.
type Tracker struct {
	config Config
	swarms map[[20]byte]*swarm // by info hash
}

// New returns a tracker without swarms.
func New(c Config) *Tracker {
	return &Tracker{config: c, swarms: map[[20]byte]*swarm{}}
}

// Announce handles an announce: it adds, updates or removes the peer and returns the response.
func (t *Tracker) Announce(now time.Duration, r Request, rng *rand.Rand) Response {
	if !r.Addr.IsValid() || r.Addr.Port() == 0 {
		return Response{Failure: "no port to connect to"}
	}
	s := t.swarms[r.InfoHash]
	if s == nil {
		s = newSwarm(now)
		t.swarms[r.InfoHash] = s
	}
	if now-s.expiredAt >= t.config.Interval/2 {
		s.expire(now - t.config.Expire)
		s.expiredAt = now
	}
	s.remove(r.PeerID)
	if r.Event != Stopped {
		s.add(member{r.PeerID, r.Addr, now}, r.Left == 0)
	}
	if r.Event == Completed {
		s.completed++
	}
	out := Response{
		Interval:    t.config.Interval,
		MinInterval: t.config.MinInterval,
		Leechers:    s.leechers,
		Seeds:       len(s.members) - s.leechers,
	}
	if r.Event != Stopped {
		out.Peers = sample(t.candidates(s, r.Left == 0), min(r.NumWant, t.config.MaxPeers), r.PeerID, rng)
	}
	return out
}

// Scrape returns the statistics of a torrent. Those of an unknown torrent are zero.
func (t *Tracker) Scrape(infoHash [20]byte) Stats {
	s := t.swarms[infoHash]
	if s == nil {
		return Stats{}
	}
	return Stats{Seeds: len(s.members) - s.leechers, Leechers: s.leechers, Completed: s.completed}
}

// candidates returns the members that may be in a response: all of them for a leecher, and only
// leechers for a seed, which cannot download from other seeds.
func (t *Tracker) candidates(s *swarm, seed bool) []member {
	switch {
	case t.config.SeedsOnly && seed:
		return nil
	case t.config.SeedsOnly:
		return s.members[s.leechers:]
	case seed:
		return s.members[:s.leechers]
	}
	return s.members
}

// sample returns the addresses of up to n different members, chosen at random, without the member
// that asks.
func sample(from []member, n int, asking [20]byte, rng *rand.Rand) []netip.AddrPort {
	if n <= 0 {
		return nil
	}
	var out []netip.AddrPort
	if n*3 >= len(from) { // a large part of them: shuffle
		for _, i := range rng.Perm(len(from)) {
			if len(out) < n && from[i].id != asking {
				out = append(out, from[i].addr)
			}
		}
		return out
	}
	drawn := map[int]bool{} // few of many: draw until enough are different
	for len(out) < n {
		i := rng.IntN(len(from))
		if !drawn[i] && from[i].id != asking {
			out = append(out, from[i].addr)
		}
		drawn[i] = true
	}
	return out
}
