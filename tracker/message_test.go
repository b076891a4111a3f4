package tracker

import (
	"bytes"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Requests and responses are the same after encoding and parsing.
func TestHTTPRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		q := announce(
			rapid.IntRange(0, 500).Draw(r, "peer"),
			rapid.Int64Min(0).Draw(r, "left"),
			Event(rapid.IntRange(0, 3).Draw(r, "event")))
		copy(q.InfoHash[:], rapid.SliceOfN(rapid.Byte(), 20, 20).Draw(r, "hash"))
		got, err := ParseHTTP(q.AppendHTTP(nil))
		if err != nil || got != q {
			r.Fatalf("%+v came back as %+v, %v", q, got, err)
		}
		a := Response{
			Interval:    30 * time.Minute,
			MinInterval: time.Minute,
			Seeds:       3,
			Leechers:    4,
			Peers:       []netip.AddrPort{q.Addr, netip.MustParseAddrPort("[2001:db8::1]:5")},
		}
		data := a.AppendHTTP(nil)
		if back, err := ParseResponse(data); err != nil || !reflect.DeepEqual(back, a) {
			r.Fatalf("%+v came back as %+v, %v", a, back, err)
		}
	})
}

// The parsers accept only valid requests and responses.
func FuzzParse(f *testing.F) {
	q := announce(1, 2, Started)
	f.Add(q.AppendHTTP(nil))
	a := Response{Interval: time.Minute, Peers: []netip.AddrPort{q.Addr}}
	f.Add(a.AppendHTTP(nil))
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
