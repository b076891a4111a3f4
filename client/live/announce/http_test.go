package announce

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

var loopback7 = netip.MustParseAddr("127.0.0.7")

// guard keeps a test from hanging.
func guard(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func open(t *testing.T, rawURL string, o Options) Tracker {
	t.Helper()
	tracker, err := New(rawURL, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := tracker.Close(); err != nil {
			t.Error(err)
		}
	})
	return tracker
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// answering serves one body for all requests.
func answering(t *testing.T, body string) string {
	return serve(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) }) + "/announce"
}

func addrs(list ...string) []netip.AddrPort {
	var out []netip.AddrPort
	for _, a := range list {
		out = append(out, netip.MustParseAddrPort(a))
	}
	return out
}

// The request has all parameters behind the URL's own query, and comes from the local address.
func TestHTTPRequest(t *testing.T) {
	requests := make(chan *http.Request, 1)
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests <- r
		io.WriteString(w, "de")
	})
	u := strings.Replace(base, "http://", "http://user:pass%20word@", 1) + "/x/announce?passkey=a+b"
	tracker := open(t, u, Options{Local: loopback7, UserAgent: "swarmsim/1"})
	_, err := tracker.Announce(guard(t), Request{
		InfoHash: [20]byte{0, ' ', '+', '%', 0xff, 'a'}, PeerID: [20]byte{1}, Port: 6881, Uploaded: 1, Downloaded: 2,
		Left: 3, Event: Started, NumWant: 50, Key: 0xabc, TrackerID: "i d", IPv4: netip.MustParseAddr("192.0.2.1"),
		IPv6: netip.MustParseAddr("2001:db8::1"), SupportCrypto: true, NoPeerID: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := <-requests
	want := "passkey=a+b&info_hash=%00%20%2B%25%FFa" + strings.Repeat("%00", 14) + "&peer_id=%01" + strings.Repeat("%00", 19) +
		"&port=6881&uploaded=1&downloaded=2&left=3&compact=1&key=abc&numwant=50&event=started&trackerid=i%20d" +
		"&ipv4=192.0.2.1&ipv6=2001%3Adb8%3A%3A1&supportcrypto=1&no_peer_id=1"
	if seen.URL.RawQuery != want {
		t.Errorf("query\n%s\nwant\n%s", seen.URL.RawQuery, want)
	}
	user, password, _ := seen.BasicAuth()
	if seen.URL.Path != "/x/announce" || user != "user" || password != "pass word" || seen.UserAgent() != "swarmsim/1" {
		t.Errorf("path %s, user %s, password %s, agent %s", seen.URL.Path, user, password, seen.UserAgent())
	}
	if !strings.HasPrefix(seen.RemoteAddr, "127.0.0.7:") {
		t.Errorf("came from %s", seen.RemoteAddr)
	}
}

func TestHTTPResponses(t *testing.T) {
	v6 := string(netip.MustParseAddr("2001:db8::1").AsSlice()) + "\x1a\xe1"
	cases := []struct {
		name, body string
		want       Response
	}{
		{"compact, both families, keys out of order",
			"d5:peers12:\xc0\x00\x02\x01\x1a\xe1\xc0\x00\x02\x02\x1a\xe26:peers618:" + v6 + "8:intervali900e12:min intervali60e" +
				"8:completei4e10:incompletei5e10:tracker id2:\xff\x0115:warning message5:o\x1bops11:external ip4:\xc0\x00\x02\x09e",
			Response{Interval: 15 * time.Minute, MinInterval: time.Minute, TrackerID: "\xff\x01", Warning: "oops",
				External: netip.MustParseAddr("192.0.2.9"), Complete: 4, Incomplete: 5,
				Peers: addrs("192.0.2.1:6881", "192.0.2.2:6882", "[2001:db8::1]:6881")}},
		{"dictionaries, with a host name, a bad port and a bad entry",
			"d5:peersl" + "d2:ip9:192.0.2.14:porti6881ee" + "d2:ip4:host4:porti1ee" + "d2:ip9:192.0.2.14:porti65537ee" + "i7e" +
				"d2:ip11:2001:db8::17:peer id20:aaaaaaaaaaaaaaaaaaaa4:porti2eeee\n",
			Response{Interval: 30 * time.Minute, Complete: -1, Incomplete: -1, Peers: addrs("192.0.2.1:6881", "[2001:db8::1]:2")}},
		{"addresses that no peer has",
			"d5:peers36:" + "\xc0\x00\x02\x01\x00\x00" + "\x00\x00\x00\x00\x00\x01" + "\x00\x01\x02\x03\x00\x01" + "\xe0\x00\x00\x01\x00\x01" +
				"\xff\xff\xff\xff\x00\x01" + "\x7f\x00\x00\x01\x00\x01e",
			Response{Interval: 30 * time.Minute, Complete: -1, Incomplete: -1, Peers: addrs("127.0.0.1:1")}},
		{"strange types and huge numbers",
			"d8:interval4:12008:completei99999999999e10:incompletele12:min intervali9223372036854775807e5:peers7:\xc0\x00\x02\x01\x1a\xe1xe",
			Response{Interval: 20 * time.Minute, MinInterval: 12 * time.Hour, Complete: 1<<31 - 1, Incomplete: -1, Peers: addrs("192.0.2.1:6881")}},
		{"a short interval", "d8:intervali1ee", Response{Interval: 30 * time.Second, Complete: -1, Incomplete: -1}},
		{"a long interval", "d8:intervali9223372036854775807ee", Response{Interval: 12 * time.Hour, Complete: -1, Incomplete: -1}},
	}
	for _, c := range cases {
		got, err := open(t, answering(t, c.body), Options{}).Announce(guard(t), Request{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if !slices.Equal(got.Peers, c.want.Peers) {
			t.Errorf("%s: peers %v, want %v", c.name, got.Peers, c.want.Peers)
		}
		got.Peers, c.want.Peers = nil, nil
		if !equal(got, c.want) {
			t.Errorf("%s:\n%+v, want\n%+v", c.name, got, c.want)
		}
	}
}

func equal(a, b Response) bool {
	return a.Interval == b.Interval && a.MinInterval == b.MinInterval && a.TrackerID == b.TrackerID && a.External == b.External &&
		a.Warning == b.Warning && a.Complete == b.Complete && a.Incomplete == b.Incomplete
}

// Peers on this machine are dropped if the tracker is not on it.
func TestLoopbackPeersOfPublicTracker(t *testing.T) {
	o := Options{}.withDefaults()
	r, err := decodeAnnounce([]byte("d5:peers12:\x7f\x00\x00\x01\x00\x01\xc0\x00\x02\x01\x00\x01e"), &o, false)
	if err != nil || !slices.Equal(r.Peers, addrs("192.0.2.1:1")) {
		t.Errorf("got %v, %v", r.Peers, err)
	}
}

func TestPeersAreBounded(t *testing.T) {
	body := "d5:peers6000:" + strings.Repeat("\xc0\x00\x02\x01\x1a\xe1", 1000) + "6:peers6l" +
		strings.Repeat("d2:ip3:::24:porti1ee", 1000) + "ee"
	r, err := open(t, answering(t, body), Options{MaxPeers: 7}).Announce(guard(t), Request{})
	if err != nil || len(r.Peers) != 7 {
		t.Errorf("got %d peers, %v", len(r.Peers), err)
	}
}

func TestHTTPFailures(t *testing.T) {
	cases := []struct {
		status  int
		body    string
		reason  string
		retryIn time.Duration
	}{
		{200, "d14:failure reason4:nope8:retry in2:10e", "nope", 10 * time.Minute},
		{200, "d14:failure reason4:nope8:retry ini10ee", "nope", 10 * time.Minute},
		{200, "d14:failure reason4:nope8:retry in5:nevere", "nope", Never},
		{200, "d14:failure reason2:\x1b\x00e", "", 0},
		{403, "d14:failure reason4:nopee", "nope", 0},
		{503, "busy", "503 Service Unavailable", 7 * time.Second},
	}
	for _, c := range cases {
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(c.status)
			io.WriteString(w, c.body)
		})
		_, err := open(t, u+"/announce", Options{}).Announce(guard(t), Request{})
		var f *Failure
		if !errors.As(err, &f) || f.Reason != c.reason || f.RetryIn != c.retryIn {
			t.Errorf("%d %q: got %v", c.status, c.body, err)
		}
	}
}

// Answers that are none end in an error, which names no path, because paths may be secrets.
func TestHTTPLiars(t *testing.T) {
	gzipped := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		z.Write(make([]byte, 4<<20)) // 4 kB on the wire
	}
	endless := func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			w.Write(make([]byte, 1<<16))
		}
	}
	silent := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	plain := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) }
	}
	cases := []struct {
		name string
		h    http.HandlerFunc
		want string
	}{
		{"gzip bomb", gzipped, "more than 1048576 bytes"},
		{"endless", endless, "more than 1048576 bytes"},
		{"silent", silent, "deadline"},
		{"page", plain("<html>"), "not a bencoded dictionary"},
		{"empty", plain(""), "not a bencoded dictionary"},
		{"cut", plain("d8:interval"), "EOF"},
		{"nested lists", plain("d5:peers" + strings.Repeat("l", 500000)), "depth"},
		{"nested in an unknown key", plain("d1:x" + strings.Repeat("l", 500000)), "depth"},
		{"huge string", plain("d5:peers99999999999:x"), "exceeds limit"},
		{"not found", http.NotFound, "404"},
		{"redirect", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "ftp://x/", http.StatusFound) }, "not http or https"},
	}
	for _, c := range cases {
		timeout := time.Minute
		if c.name == "silent" {
			timeout = 50 * time.Millisecond
		}
		_, err := open(t, serve(t, c.h)+"/secret/announce", Options{Timeout: timeout}).Announce(guard(t), Request{})
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

func TestGzip(t *testing.T) {
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Error("gzip is not accepted")
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		defer z.Close()
		io.WriteString(z, "d8:intervali60ee")
	})
	if r, err := open(t, u+"/announce", Options{}).Announce(guard(t), Request{}); err != nil || r.Interval != time.Minute {
		t.Errorf("got %v, %v", r, err)
	}
}

func TestHTTPScrape(t *testing.T) {
	h, other := [20]byte{1, ' '}, [20]byte{2}
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/a/scrape.php" || r.URL.Query()["info_hash"][0] != string(h[:]) || r.URL.Query().Get("k") != "1" {
			t.Errorf("asked for %s", r.URL)
		}
		io.WriteString(w, "d5:filesd20:"+string(h[:])+"d8:completei5e10:downloadedi50e10:incompletei-1ee20:"+
			strings.Repeat("x", 20)+"d8:completei1eeee")
	})
	got, err := open(t, u+"/a/announce.php?k=1", Options{}).Scrape(guard(t), h, other)
	if err != nil || len(got) != 1 || got[h] != (Stats{5, 50, 0}) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := open(t, u+"/x", Options{}).Scrape(guard(t), h); !errors.Is(err, ErrNoScrape) {
		t.Errorf("got %v", err)
	}
	for from, want := range map[string]string{ // the examples of BEP 48
		"/announce": "/scrape", "/x/announce": "/x/scrape", "/announce.php": "/scrape.php",
		"/a": "", "/announce?x2%0644": "/scrape", "/x%064announce": "",
	} {
		u, err := url.Parse("http://example.com" + from)
		if err != nil {
			t.Fatal(err)
		}
		if s, ok := scrapeURL(u); ok != (want != "") || ok && s.EscapedPath() != want {
			t.Errorf("%s: got %v", from, s)
		}
	}
}

// A torrent file may not make the client ask the user's router for something.
func TestLocalURLMustLookLikeATracker(t *testing.T) {
	u := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("was asked") })
	if _, err := open(t, u+"/reboot", Options{}).Announce(guard(t), Request{}); err == nil {
		t.Error("got an answer")
	}
}

func TestNewRefuses(t *testing.T) {
	for rawURL, want := range map[string]string{
		"wss://tracker.example/":                 "WebTorrent trackers are not supported",
		"ws://tracker.example/":                  "WebTorrent trackers are not supported",
		"file:///etc/passwd":                     `the scheme "file" is not http, https or udp`,
		"http:///announce":                       "no host",
		"udp://tracker.example":                  "should have a host and a port",
		"udp://tracker.example:0":                "should have a host and a port",
		"http://[::1":                            "missing ']'",
		"http://" + string(make([]byte, 5000)):   "more than 4096",
		"udp://h:1/" + strings.Repeat("x", 1001): "longer than 1000",
	} {
		if _, err := New(rawURL, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: got %v", rawURL, err)
		}
	}
}

// Close ends a call in progress.
func TestHTTPClose(t *testing.T) {
	asked := make(chan bool, 1)
	u := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		asked <- true
		<-r.Context().Done()
	})
	tracker := open(t, u+"/announce", Options{})
	go func() {
		<-asked
		tracker.Close()
	}()
	if _, err := tracker.Announce(guard(t), Request{}); err == nil {
		t.Error("no error after Close")
	}
}
