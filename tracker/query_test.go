package tracker

import (
	"net/url"
	"strings"
	"testing"
)

// ParseQuery accepts what net/url reads in the same way, and allocates nothing.
func FuzzParseQuery(f *testing.F) {
	const ids = "info_hash=%00%ff+aaaaaaaaaaaaaaaaa&peer_id=bbbbbbbbbbbbbbbbbbbb"
	f.Add(ids + "&port=6881&uploaded=1&downloaded=2&left=3&event=started&compact=0&no_peer_id=1&key=0badf00d&numwant=-1")
	f.Add(ids + "&port=1&ip=2001%3adb8::1&ipv4=1.2.3.4:5&ipv6=[2001:db8::2]:6&left=-1")
	f.Add(ids + "&port=65536")
	f.Add("info_hash=%0&peer_id=%")
	f.Fuzz(func(t *testing.T, query string) {
		r, err := ParseQuery(query)
		if err != nil {
			return
		}
		if r.Addr.Port() == 0 || r.Left < 0 || r.Uploaded < 0 || r.NumWant < 0 || r.NumWant > maxNumWant {
			t.Fatalf("accepted %+v", r)
		}
		v, err := url.ParseQuery(query)
		if err != nil { // an unknown parameter is not read here, and may be invalid
			return
		}
		if n := len(v["info_hash"]); n == 1 && v.Get("info_hash") != string(r.InfoHash[:]) {
			t.Fatalf("info hash %x, want %x", r.InfoHash, v.Get("info_hash"))
		}
		if n := len(v["peer_id"]); n == 1 && v.Get("peer_id") != string(r.PeerID[:]) {
			t.Fatalf("peer ID %x, want %x", r.PeerID, v.Get("peer_id"))
		}
	})
}

func FuzzParseScrapeQuery(f *testing.F) {
	f.Add("info_hash=%00%ff+aaaaaaaaaaaaaaaaa&x=1&info_hash=bbbbbbbbbbbbbbbbbbbb")
	f.Fuzz(func(t *testing.T, query string) {
		if got, err := ParseScrapeQuery(query, 3); err == nil && (len(got) == 0 || len(got) > 3) {
			t.Fatalf("%d torrents", len(got))
		}
	})
}

func TestParseQueryAllocatesNothing(t *testing.T) {
	query := "info_hash=" + strings.Repeat("%ff", 20) + "&peer_id=bbbbbbbbbbbbbbbbbbbb&port=6881&uploaded=1&downloaded=2&left=3&compact=1&key=0badf00d"
	if n := testing.AllocsPerRun(100, func() {
		if _, err := ParseQuery(query); err != nil {
			t.Fatal(err)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// A key written by a client of the UDP protocol is the number that it sends there.
func TestParseKey(t *testing.T) {
	for text, want := range map[string]uint32{"": 0, "0BADF00D": 0xbadf00d, "0badf00d": 0xbadf00d} {
		if got := parseKey(text); got != want {
			t.Errorf("key %q: %x, want %x", text, got, want)
		}
	}
	if a, b := parseKey("a-longer-key"), parseKey("another-key"); a == 0 || a == b {
		t.Errorf("keys %x and %x", a, b)
	}
}
