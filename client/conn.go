package client

import (
	"net/netip"
	"time"
)

// conn is what a peer knows of one neighbour.
type conn struct {
	live        bool // the slot is in use
	established bool // handshakes are exchanged
	dialed      bool
	greeted     bool // our handshake is out
	choking     bool // we choke it
	choked      bool // it chokes us
	interested  bool // we want pieces of it
	wanting     bool // it wants pieces of us
	snubbed     bool
	handed      uint8 // piece messages at the network

	// What every message touches fills the first cache line.
	serial       uint32 // never used again, unlike the slot
	missing      int32  // pieces it has and we lack
	pieces       int32  // pieces it has
	place        int32  // in Peer.order
	lastReceived time.Duration
	lastSent     time.Duration

	requested []block // asked of it and not yet received, in order
	pace      pace
	down      rate
	lastBlock time.Duration // when it last sent a block, or had reason to begin

	asks []ask // what it asked of us, in order
	up   rate

	since    time.Duration
	changed  time.Duration // when we last choked or unchoked it
	stranger *stranger
}

// stranger is what is needed of a neighbour only now and then.
type stranger struct {
	addr netip.AddrPort
	id   PeerID
}

// block is a block's number: piece times blocks per piece, plus its place.
type block uint32

// ask is a block that a neighbour wants.
type ask struct{ index, begin, length uint32 }

// pace measures what a neighbour sends and how long a request takes, second by
// second: quicker to follow than a rate of 20 s, for the number of requests.
type pace struct {
	start  time.Duration // of this second
	bytes  int64         // in it
	perSec float64       // in the one before
	trip   time.Duration // the shortest time from a request to its block
	asked  time.Duration // when a request went out with nothing else in flight
}

func (p *pace) add(now time.Duration, bytes uint32) {
	p.bytes += int64(bytes)
	if took := now - p.start; took >= time.Second {
		p.perSec = float64(p.bytes) / took.Seconds()
		p.start, p.bytes = now, 0
	}
	if p.asked != 0 {
		if took := now - p.asked; p.trip == 0 || took < p.trip {
			p.trip = took
		}
		p.asked = 0
	}
}

// depth is how many requests keep a neighbour busy: what it sends in a round
// trip and some time more, plus two; a few while its rate is not known. One
// that snubs us gets one.
func (p *Peer) depth(c *conn) int {
	if c.snubbed {
		return 1
	}
	s := &p.cfg.Settings
	ahead := c.pace.trip + s.RequestsTime
	n := 2 + int(float64(c.pace.perSec*ahead.Seconds())/BlockSize)
	if c.pace.perSec == 0 {
		n = s.RequestsMin
	}
	return min(n, s.RequestsMax)
}
