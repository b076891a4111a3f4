package announce

import (
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"swarmsim/tracker/live"
)

// ownTracker starts the project's tracker at a port of a host.
func ownTracker(t *testing.T, host string, c live.Config) (httpURL, udpURL string) {
	t.Helper()
	c.Listen = []string{netip.AddrPortFrom(netip.MustParseAddr(host), 0).String()}
	s, err := live.New(c)
	if err != nil {
		t.Skipf("no tracker at %s here: %v", host, err)
	}
	t.Cleanup(func() { s.Close() })
	urls := s.AnnounceURLs()
	return urls[0], urls[1]
}

// The project's tracker is asked over HTTP and UDP, each of which tells of the other's peers.
func TestOwnTracker(t *testing.T) {
	httpURL, udpURL := ownTracker(t, "127.0.0.1", live.Config{Interval: 10 * time.Minute, TrackerID: "a b", Warning: "soon"})
	testSwarm(t, httpURL)
	testSwarm(t, udpURL)
	hash := [20]byte{1, 2, 3}
	for _, u := range []string{httpURL, udpURL} {
		tracker := open(t, u, Options{Local: loopback7})
		r, err := tracker.Announce(guard(t), Request{InfoHash: hash, PeerID: [20]byte{9}, Port: 9, Left: 1, NumWant: 10})
		if err != nil || r.Interval < 9*time.Minute || r.Interval > 11*time.Minute || r.Complete != 1 || r.Incomplete != 1 {
			t.Errorf("%s: got %+v, %v", u, r, err)
		}
		if u == httpURL && (r.External != loopback7 || r.TrackerID != "a b" || r.Warning != "soon" || r.MinInterval != time.Minute) {
			t.Errorf("%s: got %+v", u, r)
		}
		stats, err := tracker.Scrape(guard(t), hash, [20]byte{4})
		if err != nil || stats[hash].Complete != 1 || stats[hash].Incomplete != 1 {
			t.Errorf("%s: scrape %v, %v", u, stats, err)
		}
	}
}

func TestOwnTrackerOverIPv6(t *testing.T) {
	httpURL, udpURL := ownTracker(t, "::1", live.Config{ReturnOwnAddress: true})
	for _, u := range []string{httpURL, udpURL} {
		r, err := open(t, u, Options{Local: netip.IPv6Loopback()}).Announce(guard(t),
			Request{InfoHash: [20]byte{6}, PeerID: [20]byte{6}, Port: 6886, Left: 1, Event: Started, NumWant: 10})
		if err != nil || !slices.Equal(r.Peers, addrs("[::1]:6886")) {
			t.Errorf("%s: got %v, %v", u, r.Peers, err)
		}
	}
}

// Refusals of the project's tracker are failures.
func TestOwnTrackerRefuses(t *testing.T) {
	httpURL, udpURL := ownTracker(t, "127.0.0.1", live.Config{MaxSwarms: 1})
	testSwarm(t, httpURL)
	for _, u := range []string{httpURL, udpURL} {
		_, err := open(t, u, Options{Local: loopback7}).Announce(guard(t), Request{InfoHash: [20]byte{77}, PeerID: [20]byte{7}, Port: 7, NumWant: -1})
		if f := (*Failure)(nil); !errors.As(err, &f) || strings.TrimSpace(f.Reason) == "" {
			t.Errorf("%s: got %v", u, err)
		}
	}
}
