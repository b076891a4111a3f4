package portmap

import (
	"bytes"
	"net/netip"
	"net/url"
	"testing"
	"time"
)

func FuzzPackets(f *testing.F) {
	g := &gatewayFake{leases: map[Port]uint32{}}
	for _, p := range ports {
		for _, a := range g.answer(natpmpRequest(p, 1, time.Hour)) {
			f.Add(a)
		}
		for _, a := range g.answerPCP(pcpRequest(nonce{}, local, p, 1, time.Hour)) {
			f.Add(a)
		}
	}
	f.Add([]byte{0, 128, 0, 0, 0, 0, 0, 1, 192, 0, 2, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, p := range ports {
			l, ok, err := parsePCP(data, nonce{}, p)
			m, ok2, err2 := parseNATPMP(data, p)
			if (ok && err == nil && l.external.Addr().IsMulticast()) || (ok2 && err2 == nil && m.lifetime < 0) {
				t.Errorf("%v, %v", l, m)
			}
		}
		if a, ok, err := parseExternal(data); ok && err == nil && a.IsValid() && (a.IsUnspecified() || !a.Is4()) {
			t.Errorf("external address %v", a)
		}
	})
}

func FuzzSearchAnswer(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nLOCATION: http://192.0.2.1:80/desc.xml\r\n\r\n"))
	from := netip.MustParseAddr("192.0.2.1")
	f.Fuzz(func(t *testing.T, data []byte) {
		if u, err := parseSearchAnswer(data, from); err == nil && (u.Hostname() != "192.0.2.1" && u.Hostname() != "::ffff:192.0.2.1" || u.Scheme != "http") {
			t.Errorf("URL %v", u)
		}
	})
}

func FuzzDescription(f *testing.F) {
	f.Add([]byte(description))
	at := &url.URL{Scheme: "http", Host: "192.0.2.1"}
	f.Fuzz(func(_ *testing.T, data []byte) { parseDescription(bytes.NewReader(data), at) })
}
