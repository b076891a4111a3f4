package tracker

import (
	"bytes"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var config = Config{Interval: 30 * time.Minute, MinInterval: time.Minute, Expire: 45 * time.Minute, MaxPeers: 50}

func ask(n int, left int64, e Event) Request {
	return Request{PeerID: [20]byte{0: 'p', 18: byte(n >> 8), 19: byte(n)}, Left: left, Event: e, NumWant: 50,
		Addr: netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, byte(n >> 8), byte(n)}), 6881)}
}

func rng() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }

// A seed is handed leechers only, a leecher everybody, nobody himself.
func TestWhoIsHandedOut(t *testing.T) {
	tr := New(config)
	for n := range 3 {
		tr.Announce(0, ask(n, 0, Started), rng())
	}
	r := tr.Announce(0, ask(3, 1, Started), rng())
	if len(r.Peers) != 3 || r.Seeds != 3 || r.Leechers != 1 {
		t.Errorf("the first leecher: %+v", r)
	}
	r = tr.Announce(0, ask(4, 0, Started), rng())
	if len(r.Peers) != 1 || r.Peers[0] != ask(3, 0, None).Addr {
		t.Errorf("a seed: %v", r.Peers)
	}
	r = tr.Announce(time.Minute, ask(3, 0, Completed), rng())
	if len(r.Peers) != 0 || tr.Scrape([20]byte{}) != (Stats{Seeds: 5, Completed: 1}) {
		t.Errorf("the last one completed: %+v, %+v", r, tr.Scrape([20]byte{}))
	}
}

func TestSeedsOnly(t *testing.T) {
	c := config
	c.SeedsOnly = true
	tr := New(c)
	tr.Announce(0, ask(1, 0, Started), rng())
	tr.Announce(0, ask(2, 1, Started), rng())
	if r := tr.Announce(0, ask(3, 1, Started), rng()); len(r.Peers) != 1 || r.Peers[0] != ask(1, 0, None).Addr {
		t.Errorf("a leecher: %v", r.Peers)
	}
	if r := tr.Announce(0, ask(1, 0, None), rng()); len(r.Peers) != 0 {
		t.Errorf("a seed: %v", r.Peers)
	}
}

func TestStoppedAndSilentAreForgotten(t *testing.T) {
	tr := New(config)
	tr.Announce(0, ask(1, 1, Started), rng())
	tr.Announce(0, ask(2, 1, Started), rng())
	tr.Announce(0, ask(2, 1, Stopped), rng())
	if s := tr.Scrape([20]byte{}); s.Leechers != 1 {
		t.Errorf("after one stopped: %+v", s)
	}
	tr.Announce(50*time.Minute, ask(3, 1, Started), rng())
	if s := tr.Scrape([20]byte{}); s.Leechers != 1 {
		t.Errorf("after 50 minutes of silence: %+v", s)
	}
}

// Everybody is handed out about as often, numwant and the tracker's own limit
// are kept, and nobody comes twice.
func TestSampleIsFair(t *testing.T) {
	tr := New(config)
	for n := range 1000 {
		tr.Announce(0, ask(n, int64(n%2), Started), rng())
	}
	count := map[netip.AddrPort]int{}
	r := rng()
	q := ask(5000, 1, None)
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
			t.Fatal("somebody twice")
		}
	}
	for p, n := range count {
		if n < 60 || n > 150 {
			t.Errorf("%v was handed out %d times; 100 would be fair", p, n)
		}
	}
}

// Whatever peers announce, the tracker knows exactly who is there.
func TestMembership(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tr := New(config)
		seeds, leechers := map[int]bool{}, map[int]bool{}
		for range rapid.IntRange(1, 100).Draw(r, "steps") {
			n := rapid.IntRange(0, 9).Draw(r, "peer")
			left := int64(rapid.IntRange(0, 1).Draw(r, "left"))
			e := Event(rapid.IntRange(0, 3).Draw(r, "event"))
			got := tr.Announce(0, ask(n, left, e), rng())
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
				r.Fatalf("handed %d peers, want %d", len(got.Peers), want)
			}
		}
	})
}

func TestHTTPRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		q := ask(rapid.IntRange(0, 500).Draw(r, "n"), rapid.Int64Min(0).Draw(r, "left"), Event(rapid.IntRange(0, 3).Draw(r, "e")))
		copy(q.InfoHash[:], rapid.SliceOfN(rapid.Byte(), 20, 20).Draw(r, "hash"))
		got, err := ParseHTTP(q.AppendHTTP(nil))
		if err != nil || got != q {
			r.Fatalf("%+v came back as %+v, %v", q, got, err)
		}
		a := Response{Interval: 30 * time.Minute, MinInterval: time.Minute, Seeds: 3, Leechers: 4,
			Peers: []netip.AddrPort{q.Addr, netip.MustParseAddrPort("[2001:db8::1]:5")}}
		data, err := a.AppendHTTP(nil)
		if err != nil {
			r.Fatal(err)
		}
		if back, err := ParseResponse(data); err != nil || !reflect.DeepEqual(back, a) {
			r.Fatalf("%+v came back as %+v, %v", a, back, err)
		}
	})
}

func FuzzParse(f *testing.F) {
	q := ask(1, 2, Started)
	f.Add(q.AppendHTTP(nil))
	a := Response{Interval: time.Minute, Peers: []netip.AddrPort{q.Addr}}
	data, err := a.AppendHTTP(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		if r, err := ParseHTTP(data); err == nil && (r.Addr.Port() == 0 || r.Left < 0) {
			t.Fatalf("accepted %+v", r)
		}
		if r, err := ParseResponse(data); err == nil && r.Failure == "" && r.Interval <= 0 {
			t.Fatalf("accepted %+v", r)
		}
		if !bytes.Contains(data, []byte("\r\n\r\n")) {
			if _, err := ParseResponse(data); err == nil {
				t.Fatal("accepted a response without a body")
			}
		}
	})
}
