package tracker

import (
	"encoding/binary"
	"net/netip"
	"runtime"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var boundedConfig = Config{Interval: 30 * time.Minute, Expire: 45 * time.Minute, MaxPeers: 50, ExpireWork: 4}

func addr(text string) netip.AddrPort { return netip.MustParseAddrPort(text) }

// A peer that announces over both families has one entry with two addresses (BEP 7).
func TestBothAddressFamilies(t *testing.T) {
	tr := New(boundedConfig)
	q := announce(1, 1, Started)
	tr.Announce(0, q, rng())
	q.Addr = addr("[2001:db8::1]:6881")
	if r := tr.Announce(0, q, rng()); r.Leechers != 1 {
		t.Errorf("%d leechers", r.Leechers)
	}
	for families, want := range map[Families][]netip.AddrPort{
		0:    {announce(1, 1, None).Addr, q.Addr},
		IPv4: {announce(1, 1, None).Addr},
		IPv6: {q.Addr},
	} {
		asking := announce(2, 1, None)
		asking.Families, asking.Dictionary = families, true
		if r := tr.Announce(0, asking, rng()); !slices.Equal(r.Peers, want) || len(r.PeerIDs) != len(want) {
			t.Errorf("families %d: %v, want %v", families, r.Peers, want)
		}
	}
}

// In a large swarm with few IPv6 addresses a request for these ends, and has no other.
func TestRareFamily(t *testing.T) {
	tr := New(boundedConfig)
	for n := range 5000 {
		q := announce(n, 1, Started)
		if n%1000 == 0 {
			q.Also = netip.AddrPortFrom(addr("[2001:db8::1]:1").Addr(), uint16(n+1))
		}
		tr.Announce(0, q, rng())
	}
	q := announce(6000, 1, None)
	q.Families = IPv6
	for _, p := range tr.Announce(0, q, rng()).Peers {
		if p.Addr().Is4() {
			t.Errorf("%v in a response with IPv6 addresses only", p)
		}
	}
}

// A known peer announces from another address only with its key.
func TestKeyProvesAPeer(t *testing.T) {
	tr := New(boundedConfig)
	q := announce(1, 1, Started)
	q.Key = 7
	tr.Announce(0, q, rng())
	moved := q
	moved.Addr = addr("192.0.2.9:6881")
	for _, moved.Key = range []uint32{0, 8, 7} {
		if r := tr.Announce(0, moved, rng()); (r.Failure != "") != (moved.Key != 7) {
			t.Errorf("key %d: failure %q", moved.Key, r.Failure)
		}
	}
	if r := tr.Announce(0, announce(2, 1, None), rng()); !slices.Equal(r.Peers, []netip.AddrPort{moved.Addr}) {
		t.Errorf("peers %v", r.Peers)
	}
	other := announce(1, 1, Stopped)
	if r := tr.Announce(0, other, rng()); r.Failure == "" {
		t.Error("another host stopped the peer")
	}
}

func TestOwnAddressIsNotReturned(t *testing.T) {
	for _, own := range []bool{false, true} {
		c := boundedConfig
		c.ReturnOwnAddress = own
		tr := New(c)
		tr.Announce(0, announce(1, 1, Started), rng())
		q := announce(2, 1, Started)
		q.Addr = announce(1, 1, None).Addr // a restarted client has a new peer ID
		if r := tr.Announce(0, q, rng()); (len(r.Peers) > 0) != own {
			t.Errorf("with ReturnOwnAddress %v: %v", own, r.Peers)
		}
	}
}

// With bounded work, silent peers of all swarms are removed, and empty swarms forgotten.
func TestExpirySpreadsOverAnnounces(t *testing.T) {
	tr := New(boundedConfig)
	hash := func(n int) (h [20]byte) { binary.BigEndian.PutUint32(h[:], uint32(n)); return h }
	for n := range 1000 {
		q := announce(n, int64(n%2), Started)
		q.InfoHash = hash(n % 100)
		tr.Announce(0, q, rng())
	}
	q := announce(2000, 1, Started)
	q.InfoHash = hash(1000)
	for range 3000 / boundedConfig.ExpireWork {
		tr.Announce(2*time.Hour, q, rng())
	}
	if got := tr.Totals(); got != (Totals{Swarms: 1, Leechers: 1}) {
		t.Errorf("%+v", got)
	}
	tr.ExpireSome(4*time.Hour, 10)
	if got := tr.Totals(); got != (Totals{}) || len(tr.swarms) != 0 {
		t.Errorf("without announces: %+v", got)
	}
}

func TestLimits(t *testing.T) {
	tr := New(boundedConfig)
	tr.Announce(0, announce(1, 1, Started), rng())
	known, unknown, swarm := announce(1, 1, None), announce(2, 1, None), announce(1, 1, None)
	swarm.InfoHash[0] = 1
	for _, c := range []struct {
		r     Request
		fails bool
	}{{known, false}, {unknown, true}, {swarm, true}} {
		c.r.Limits = NoNewPeer | NoNewSwarm
		if r := tr.Announce(0, c.r, rng()); (r.Failure != "") != c.fails {
			t.Errorf("%+v: failure %q", c.r, r.Failure)
		}
	}
}

// After any announces, with any number of members, every peer is found, and a snapshot restores all
// of them.
func TestSwarmIsConsistent(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tr := New(boundedConfig)
		want := map[int]Request{}
		peers := rapid.IntRange(1, 200).Draw(r, "peers")
		random := rng()
		for range rapid.IntRange(1, 600).Draw(r, "steps") {
			n := rapid.IntRange(0, peers).Draw(r, "peer")
			q := announce(n, int64(rapid.IntRange(0, 1).Draw(r, "left")), Event(rapid.IntRange(0, 3).Draw(r, "event")))
			if n%3 == 0 {
				q.Also = netip.AddrPortFrom(addr("[2001:db8::1]:1").Addr(), uint16(n+1))
			}
			tr.Announce(0, q, random)
			if want[n] = q; q.Event == Stopped {
				delete(want, n)
			}
		}
		back := New(boundedConfig)
		for data := tr.AppendSnapshot(nil, 0); len(data) > 0; {
			var err error
			if data, err = back.RestoreSwarm(data, 0); err != nil {
				r.Fatal(err)
			}
		}
		for _, tr := range []*Tracker{tr, back} {
			checkMembers(r, tr, want)
		}
	})
}

func checkMembers(r *rapid.T, tr *Tracker, want map[int]Request) {
	if got := tr.Totals(); got.Seeds+got.Leechers != len(want) {
		r.Fatalf("%+v, want %d peers", got, len(want))
	}
	s := tr.swarm([20]byte{})
	for n, q := range want {
		i := s.find(&q.PeerID)
		if i < 0 || s.members[i].id != q.PeerID || s.members[i].addrPort4() != q.Addr || (i >= s.leechers) != (q.Left == 0) ||
			q.Also.IsValid() && s.addrs6[i].addrPort() != q.Also {
			r.Fatalf("peer %d is at %d", n, i)
		}
	}
}

// Announces of known peers allocate nothing.
func TestAnnounceAllocatesNothing(t *testing.T) {
	tr, random := New(boundedConfig), rng()
	for n := range 1000 {
		tr.Announce(0, announce(n, 1, Started), random)
	}
	q, out := announce(1, 1, None), Response{}
	tr.AnnounceInto(0, &q, random, &out)
	if n := testing.AllocsPerRun(1000, func() { tr.AnnounceInto(0, &q, random, &out) }); n > 0.1 {
		t.Errorf("%v allocations", n)
	}
}

// A peer takes some 50 bytes in large swarms, and swarms of few peers do not take much more.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("measures memory")
	}
	for _, c := range []struct{ peers, swarms, most int }{{200_000, 1, 65}, {200_000, 1000, 75}, {200_000, 50_000, 140}} {
		before := heap()
		tr, random := New(boundedConfig), rng()
		var out Response
		for n := range c.peers {
			q := announce(n, int64(n%3), Started)
			binary.BigEndian.PutUint32(q.PeerID[:], uint32(n))
			binary.BigEndian.PutUint32(q.InfoHash[:], uint32(n%c.swarms))
			q.NumWant = 0
			tr.AnnounceInto(0, &q, random, &out)
		}
		bytes := (heap() - before) / int64(c.peers)
		t.Logf("%d peers in %d swarms: %d bytes each", c.peers, c.swarms, bytes)
		if bytes > int64(c.most) {
			t.Errorf("%d peers in %d swarms take %d bytes each", c.peers, c.swarms, bytes)
		}
		runtime.KeepAlive(tr)
	}
}

// heap returns the bytes in use after a garbage collection.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
