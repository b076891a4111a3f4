package announce

import (
	"net/netip"
	"testing"
	"time"
)

// checkResponse checks what a Response promises whatever the tracker has sent.
func checkResponse(t *testing.T, r *Response, o *Options) {
	t.Helper()
	if r.Interval < o.MinInterval || r.Interval > o.MaxInterval || r.MinInterval < 0 || r.MinInterval > o.MaxInterval {
		t.Errorf("intervals %v, %v", r.Interval, r.MinInterval)
	}
	if len(r.Peers) > o.MaxPeers || r.Complete < -1 || r.Incomplete < -1 || len(r.Warning) > maxText || len(r.TrackerID) > maxText {
		t.Errorf("got %+v", r)
	}
	for _, p := range r.Peers {
		a := p.Addr()
		if p.Port() == 0 || a.IsUnspecified() || a.IsMulticast() || a.IsLoopback() || a.Is4In6() {
			t.Errorf("peer %v", p)
		}
	}
}

func FuzzHTTPAnnounceResponse(f *testing.F) {
	f.Add([]byte("d8:intervali900e5:peers6:\xc0\x00\x02\x01\x1a\xe1e"))
	f.Add([]byte("d5:peersld2:ip9:192.0.2.14:porti6881eee10:tracker id1:x15:warning message1:we"))
	f.Add([]byte("d14:failure reason4:nope8:retry in5:nevere"))
	f.Add([]byte("d6:peers618:\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x1a\xe111:external ip4:\x01\x02\x03\x04e"))
	o := Options{MaxPeers: 5}.withDefaults()
	f.Fuzz(func(t *testing.T, body []byte) {
		if r, err := decodeAnnounce(body, &o, false); err == nil {
			checkResponse(t, &r, &o)
		}
	})
}

func FuzzHTTPScrapeResponse(f *testing.F) {
	f.Add([]byte("d5:filesd20:\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00d8:completei5eeee"))
	f.Fuzz(func(t *testing.T, body []byte) {
		out := map[[20]byte]Stats{}
		if err := decodeScrape(body, [][20]byte{{1}}, out); err == nil && len(out) > 1 {
			t.Errorf("got %v", out)
		}
	})
}

func FuzzUDPResponse(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x3c\x00\x00\x00\x02\x00\x00\x00\x01\xc0\x00\x02\x01\x1a\xe1"), true)
	f.Add([]byte{}, false)
	o := Options{MaxPeers: 5, MinInterval: time.Second}.withDefaults()
	f.Fuzz(func(t *testing.T, data []byte, v6 bool) {
		tracker := netip.MustParseAddr("192.0.2.1")
		if v6 {
			tracker = netip.MustParseAddr("2001:db8::1")
		}
		if r, err := decodeUDPAnnounce(data, &o, tracker); err == nil {
			checkResponse(t, &r, &o)
		}
		decodeUDPScrape(data, [][20]byte{{1}}, map[[20]byte]Stats{})
		decodeUDPConnect(data)
		decodeUDPHeader(data)
	})
}

// FuzzURL makes trackers of URLs as they are in torrent files.
func FuzzURL(f *testing.F) {
	f.Add("http://user:pass@tracker.example/announce?x=1")
	f.Add("udp://tracker.example:6969/announce")
	f.Fuzz(func(t *testing.T, rawURL string) {
		tracker, err := New(rawURL, Options{})
		if err != nil {
			return
		}
		defer tracker.Close()
		if h, ok := tracker.(*httpTracker); ok {
			scrapeURL(h.url)
			announceQuery(h.url.RawQuery, &Request{})
		}
	})
}
