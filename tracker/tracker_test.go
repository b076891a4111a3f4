package tracker

import (
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var config = Config{Interval: 30 * time.Minute, MinInterval: time.Minute, Expire: 45 * time.Minute, MaxPeers: 50}

// announce returns the request of peer n.
func announce(n int, left int64, e Event) Request {
	return Request{
		PeerID:  [20]byte{0: 'p', 18: byte(n >> 8), 19: byte(n)},
		Addr:    netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)}), 6881),
		Left:    left,
		Event:   e,
		NumWant: 50,
	}
}

func rng() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// A leecher gets all other members, a seed only leechers.
func TestPeersInAResponse(t *testing.T) {
	tr := New(config)
	for n := range 3 {
		tr.Announce(0, announce(n, 0, Started), rng())
	}
	r := tr.Announce(0, announce(3, 1, Started), rng())
	if len(r.Peers) != 3 || r.Seeds != 3 || r.Leechers != 1 {
		t.Errorf("response to the first leecher: %+v", r)
	}
	r = tr.Announce(0, announce(4, 0, Started), rng())
	if len(r.Peers) != 1 || r.Peers[0] != announce(3, 0, None).Addr {
		t.Errorf("peers for a seed: %v", r.Peers)
	}
	r = tr.Announce(time.Minute, announce(3, 0, Completed), rng())
	if len(r.Peers) != 0 || tr.Scrape([20]byte{}) != (Stats{Seeds: 5, Completed: 1}) {
		t.Errorf("after the last leecher completed: %+v, %+v", r, tr.Scrape([20]byte{}))
	}
}

func TestSeedsOnly(t *testing.T) {
	c := config
	c.SeedsOnly = true
	tr := New(c)
	tr.Announce(0, announce(1, 0, Started), rng())
	tr.Announce(0, announce(2, 1, Started), rng())
	if r := tr.Announce(0, announce(3, 1, Started), rng()); len(r.Peers) != 1 || r.Peers[0] != announce(1, 0, None).Addr {
		t.Errorf("peers for a leecher: %v", r.Peers)
	}
	if r := tr.Announce(0, announce(1, 0, None), rng()); len(r.Peers) != 0 {
		t.Errorf("peers for a seed: %v", r.Peers)
	}
}

// aria2 announces that it lacks nothing while it has no metadata of a magnet link.
func TestSeedsWhenStarted(t *testing.T) {
	c := config
	c.SeedsWhenStarted = true
	tr := New(c)
	tr.Announce(0, announce(1, 0, Started), rng())
	if r := tr.Announce(0, announce(2, 0, Started), rng()); len(r.Peers) != 1 {
		t.Errorf("peers for a peer that starts: %v, want the seed", r.Peers)
	}
	if r := tr.Announce(0, announce(2, 0, None), rng()); len(r.Peers) != 0 {
		t.Errorf("peers for a seed: %v", r.Peers)
	}
}

func TestStoppedAndSilentPeersAreRemoved(t *testing.T) {
	tr := New(config)
	tr.Announce(0, announce(1, 1, Started), rng())
	tr.Announce(0, announce(2, 1, Started), rng())
	tr.Announce(0, announce(2, 1, Stopped), rng())
	if s := tr.Scrape([20]byte{}); s.Leechers != 1 {
		t.Errorf("after one peer stopped: %+v", s)
	}
	tr.Announce(50*time.Minute, announce(3, 1, Started), rng())
	if s := tr.Scrape([20]byte{}); s.Leechers != 1 {
		t.Errorf("after 50 minutes of silence: %+v", s)
	}
}

// Each member is about as often in a response, the smaller of numwant and the tracker's limit is
// kept, and no member is twice in a response.
func TestSampleIsFair(t *testing.T) {
	tr := New(config)
	for n := range 1000 {
		tr.Announce(0, announce(n, int64(n%2), Started), rng())
	}
	count := map[netip.AddrPort]int{}
	r := rng()
	q := announce(5000, 1, None)
	for range 2000 {
		q.NumWant = 500
		got := tr.Announce(0, q, r).Peers
		if len(got) != 50 {
			t.Fatalf("%d peers", len(got))
		}
		for _, p := range got {
			count[p]++
		}
		slices.SortFunc(got, netip.AddrPort.Compare)
		if len(slices.Compact(got)) != 50 {
			t.Fatal("a peer is twice in a response")
		}
	}
	for p, n := range count {
		if n < 60 || n > 150 {
			t.Errorf("%v was in %d responses, want about 100", p, n)
		}
	}
}

// After any announces the tracker has exactly the peers that are in the swarm.
func TestMembership(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tr := New(config)
		seeds, leechers := map[int]bool{}, map[int]bool{}
		for range rapid.IntRange(1, 100).Draw(r, "steps") {
			n := rapid.IntRange(0, 9).Draw(r, "peer")
			left := int64(rapid.IntRange(0, 1).Draw(r, "left"))
			e := Event(rapid.IntRange(0, 3).Draw(r, "event"))
			got := tr.Announce(0, announce(n, left, e), rng())
			delete(seeds, n)
			delete(leechers, n)
			if e != Stopped {
				if left == 0 {
					seeds[n] = true
				} else {
					leechers[n] = true
				}
			}
			if s := tr.Scrape([20]byte{}); s.Seeds != len(seeds) || s.Leechers != len(leechers) {
				r.Fatalf("%+v, want %d seeds and %d leechers", s, len(seeds), len(leechers))
			}
			want := len(seeds) + len(leechers) - 1
			if left == 0 {
				want = len(leechers)
			}
			if e == Stopped {
				want = 0
			}
			if len(got.Peers) != want {
				r.Fatalf("a response with %d peers, want %d", len(got.Peers), want)
			}
		}
	})
}
