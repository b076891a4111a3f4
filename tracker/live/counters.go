package live

import (
	"net/netip"
	"sync/atomic"
	"time"
)

// protocol is a protocol and an address family, by which requests are counted.
type protocol uint8

const (
	http4 protocol = iota
	http6
	udp4
	udp6
	protocols
)

// of returns http6 or udp6 for an IPv6 address.
func (p protocol) of(ip netip.Addr) protocol {
	if ip.Is4() {
		return p
	}
	return p + 1
}

// counters count events since the server began.
type counters struct {
	announces, scrapes, failures [protocols]atomic.Int64
	connects                     [protocols]atomic.Int64 // UDP only
	dropped                      atomic.Int64
	limited                      atomic.Int64
	snapshotAt                   atomic.Int64 // Unix time in seconds
	snapshotBytes                atomic.Int64
}

// Stats is the state of a server, and what it has counted since it began.
type Stats struct {
	UptimeSec     int64 `json:"uptime_s"`
	Swarms        int64 `json:"swarms"`
	Seeds         int64 `json:"seeds"`
	Leechers      int64 `json:"leechers"`
	HTTPAnnounces int64 `json:"http_announces"`
	UDPAnnounces  int64 `json:"udp_announces"`
	HTTPScrapes   int64 `json:"http_scrapes"`
	UDPScrapes    int64 `json:"udp_scrapes"`
	UDPConnects   int64 `json:"udp_connects"`
	Failures      int64 `json:"failures"`      // requests answered with a failure reason
	RateLimited   int64 `json:"rate_limited"`  // of those, the ones above Config.Rate
	Dropped       int64 `json:"dropped"`       // UDP packets that were not answered
	SnapshotUnix  int64 `json:"snapshot_unix"` // when the last snapshot was written; 0: never
	SnapshotBytes int64 `json:"snapshot_bytes"`
}

// Stats returns the server's statistics.
func (s *Server) Stats() Stats {
	c := &s.counters
	sum := func(n *[protocols]atomic.Int64, of ...protocol) (out int64) {
		for _, p := range of {
			out += n[p].Load()
		}
		return out
	}
	return Stats{
		UptimeSec:     int64(s.shards.now() / time.Second),
		Swarms:        s.shards.swarms.Load(),
		Seeds:         s.shards.seeds.Load(),
		Leechers:      s.shards.leechers.Load(),
		HTTPAnnounces: sum(&c.announces, http4, http6),
		UDPAnnounces:  sum(&c.announces, udp4, udp6),
		HTTPScrapes:   sum(&c.scrapes, http4, http6),
		UDPScrapes:    sum(&c.scrapes, udp4, udp6),
		UDPConnects:   sum(&c.connects, udp4, udp6),
		Failures:      sum(&c.failures, http4, http6, udp4, udp6),
		RateLimited:   c.limited.Load(),
		Dropped:       c.dropped.Load(),
		SnapshotUnix:  c.snapshotAt.Load(),
		SnapshotBytes: c.snapshotBytes.Load(),
	}
}
