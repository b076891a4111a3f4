package tracker

import (
	"math/rand/v2"
	"net/netip"
	"time"
)

// Config of a tracker.
type Config struct {
	Interval    time.Duration // between a peer's regular announces
	MinInterval time.Duration // before a peer may announce for want of peers
	Expire      time.Duration // of silence, after which a peer is forgotten
	MaxPeers    int           // handed out at most
	SeedsOnly   bool          // hand out only seeds
}

// Event is why a peer announces.
type Event uint8

// The events of BEP 3.
const (
	None Event = iota
	Started
	Completed
	Stopped
)

// Request is an announce.
type Request struct {
	InfoHash   [20]byte
	PeerID     [20]byte
	Addr       netip.AddrPort // where the peer accepts connections
	Uploaded   int64
	Downloaded int64
	Left       int64 // bytes; 0 for a seed
	Event      Event
	NumWant    int
}

// Response answers an announce.
type Response struct {
	Failure     string // if not empty, nothing else counts
	Interval    time.Duration
	MinInterval time.Duration
	Seeds       int
	Leechers    int
	Peers       []netip.AddrPort
}

// Stats is what a scrape tells of a torrent (BEP 48).
type Stats struct {
	Seeds     int
	Leechers  int
	Completed int // downloads reported complete
}

// Tracker knows who is in which swarm. It is touched by one goroutine.
type Tracker struct {
	config Config
	swarms map[[20]byte]*swarm
}

// swarm is the peers of one torrent: leechers first in members, then seeds, so
// that a seed is handed leechers only.
type swarm struct {
	members   []member
	leechers  int // the first so many members
	place     map[[20]byte]int
	completed int
	swept     time.Duration
}

type member struct {
	id   [20]byte
	addr netip.AddrPort
	seen time.Duration
}

// New returns a tracker that knows nobody.
func New(c Config) *Tracker {
	return &Tracker{config: c, swarms: map[[20]byte]*swarm{}}
}

// Announce takes a peer's announce and answers it.
func (t *Tracker) Announce(now time.Duration, r Request, rng *rand.Rand) Response {
	if !r.Addr.IsValid() || r.Addr.Port() == 0 {
		return Response{Failure: "no port to connect to"}
	}
	s := t.swarms[r.InfoHash]
	if s == nil {
		s = &swarm{place: map[[20]byte]int{}, swept: now}
		t.swarms[r.InfoHash] = s
	}
	if now-s.swept >= t.config.Interval/2 {
		s.expire(now - t.config.Expire)
		s.swept = now
	}
	s.remove(r.PeerID)
	if r.Event != Stopped {
		s.add(member{r.PeerID, r.Addr, now}, r.Left == 0)
	}
	if r.Event == Completed {
		s.completed++
	}
	out := Response{Interval: t.config.Interval, MinInterval: t.config.MinInterval,
		Leechers: s.leechers, Seeds: len(s.members) - s.leechers}
	if r.Event != Stopped {
		out.Peers = s.sample(t.candidates(s, r.Left == 0), min(r.NumWant, t.config.MaxPeers), r.PeerID, rng)
	}
	return out
}

// Scrape tells how a torrent does. Unknown torrents have nobody.
func (t *Tracker) Scrape(infoHash [20]byte) Stats {
	s := t.swarms[infoHash]
	if s == nil {
		return Stats{}
	}
	return Stats{Seeds: len(s.members) - s.leechers, Leechers: s.leechers, Completed: s.completed}
}

// candidates is who may be handed to a peer: everyone to a leecher, leechers
// to a seed.
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

// sample draws up to n different members other than the one who asks.
func (s *swarm) sample(from []member, n int, asking [20]byte, rng *rand.Rand) []netip.AddrPort {
	if n <= 0 {
		return nil
	}
	var out []netip.AddrPort
	if n*3 >= len(from) { // most of them: in random order
		for _, i := range rng.Perm(len(from)) {
			if len(out) < n && from[i].id != asking {
				out = append(out, from[i].addr)
			}
		}
		return out
	}
	drawn := map[int]bool{} // a few of many: draw until enough differ
	for len(out) < n {
		i := rng.IntN(len(from))
		if !drawn[i] && from[i].id != asking {
			out = append(out, from[i].addr)
		}
		drawn[i] = true
	}
	return out
}

func (s *swarm) add(m member, seed bool) {
	s.members = append(s.members, m)
	last := len(s.members) - 1
	s.place[m.id] = last
	if !seed {
		s.swap(last, s.leechers)
		s.leechers++
	}
}

func (s *swarm) remove(id [20]byte) {
	i, ok := s.place[id]
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
	delete(s.place, id)
}

func (s *swarm) swap(i, j int) {
	s.members[i], s.members[j] = s.members[j], s.members[i]
	s.place[s.members[i].id], s.place[s.members[j].id] = i, j
}

// expire forgets who has not announced since.
func (s *swarm) expire(since time.Duration) {
	for i := len(s.members) - 1; i >= 0; i-- {
		// Removing moves only members behind i, which have been looked at, or
		// the last leecher, which is behind i too.
		if i < len(s.members) && s.members[i].seen < since {
			s.remove(s.members[i].id)
		}
	}
}
