package live_test

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"swarmsim/client/live"
	"swarmsim/torrent"
)

// Trackers that lie, send without end or nothing are reported, take no memory, and the next tracker is
// asked.
func TestLyingTrackers(t *testing.T) {
	folder, meta := content(t, torrent.V1, "", map[string]int{"a": 1 << 20})
	seed := newSession(t, small)
	await(t, add(t, seed, meta, live.Options{Folder: folder, ReadOnly: true}))
	right := fmt.Sprintf("d8:intervali1800e5:peers6:%se", compact(seed.Addrs()[0]))
	for _, lie := range []struct {
		name   string
		answer http.HandlerFunc
		logged string // "" if the announce succeeds
	}{
		{"endless answer", func(w http.ResponseWriter, _ *http.Request) {
			for part := bytes.Repeat([]byte("x"), 1<<16); ; {
				if _, err := w.Write(part); err != nil {
					return
				}
			}
		}, "announce failed"},
		{"string that is longer than the answer", text("d5:peers999999999:x"), "announce failed"},
		{"nested lists", text(strings.Repeat("l", 500_000)), "announce failed"},
		{"no dictionary", text("<html>404</html>"), "announce failed"},
		{"half an address", text("d5:peers5:abcdee"), ""},
		{"failure", text("d14:failure reason7:go awaye"), "go away"},
		{"redirect to itself", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) }, "announce failed"},
		{"redirect to a file", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		}, "announce failed"},
		{"error", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, "announce failed"},
		{"addresses at which no peer can be", text("d8:intervali0e5:peers18:" + strings.Repeat("\x00", 6) +
			strings.Repeat("\xff", 6) + "\xe0\x00\x00\x01\x1a\xe1e"), ""},
		{"our own address and a hundred thousand others", func(w http.ResponseWriter, r *http.Request) {
			host, _, _ := net.SplitHostPort(r.RemoteAddr)
			own := netip.MustParseAddrPort(net.JoinHostPort(host, r.FormValue("port")))
			fmt.Fprintf(w, "d8:intervali1800e5:peers%d:", 6*100_001)
			w.Write(compact(own))
			for i := range 100_000 {
				w.Write([]byte{127, 99, byte(i >> 8), byte(i), 0, 1})
			}
			fmt.Fprint(w, "e")
		}, ""},
	} {
		t.Run(lie.name, func(t *testing.T) {
			liar, honest := httptest.NewServer(lie.answer), httptest.NewServer(text(right))
			defer liar.Close()
			defer honest.Close()
			log, out := newLogBook(), t.TempDir()
			m := withTrackers(t, meta, liar.URL, honest.URL)
			s := newSession(t, func(c *live.Config) { log.use(c); small(c) })
			before := heap()
			x := add(t, s, m, live.Options{Folder: out})
			if lie.logged == "" { // the next tier is not asked then
				time.Sleep(200 * time.Millisecond)
				x.AddPeers(seed.Addrs())
			} else {
				log.expect(t, "announce failed", lie.logged)
			}
			await(t, x)
			equal(t, folder, out, meta)
			if grown := heap() - before; grown > 16<<20 {
				t.Errorf("the heap grew by %d bytes", grown)
			}
		})
	}
}

// withTrackers returns a torrent with other trackers, each in a tier of its own.
func withTrackers(t *testing.T, meta *torrent.Meta, urls ...string) *torrent.Meta {
	t.Helper()
	data, err := meta.Encode()
	if err != nil {
		t.Fatal(err)
	}
	m, err := torrent.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	m.Trackers = nil
	for _, url := range urls {
		m.Trackers = append(m.Trackers, []string{url + "/announce"})
	}
	return m
}

func text(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, s) }
}

// compact returns an address as trackers do (BEP 23).
func compact(a netip.AddrPort) []byte {
	ip := a.Addr().Unmap().As4()
	return append(ip[:], byte(a.Port()>>8), byte(a.Port()))
}

// A tracker that says no interval, or none between announces for more peers, is not asked in a loop,
// however few peers there are.
func TestTrackersAreNotAskedInALoop(t *testing.T) {
	_, meta := content(t, torrent.V1, "", map[string]int{"a": 1 << 20})
	for _, answer := range []string{"d8:intervali0e5:peers0:e", "d8:intervali1800e5:peers0:e", "d8:intervali1e12:min intervali0e5:peers0:e"} {
		var asked atomic.Int64
		tr := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			fmt.Fprint(w, answer)
		}))
		defer tr.Close()
		m := withTrackers(t, meta, tr.URL)
		add(t, newSession(t, small), m, live.Options{Folder: t.TempDir()})
		time.Sleep(300 * time.Millisecond)
		if n := asked.Load(); n != 1 {
			t.Errorf("the tracker that answers %s was asked %d times", answer, n)
		}
	}
}
