package main

import (
	"io"
	"log"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"swarmsim/sim/draw"
	"swarmsim/sim/netem/gonet"
	"swarmsim/sim/scenario"
	"swarmsim/tracker"
)

// trackerPort is where the tracker listens.
const trackerPort = 6969

// httpTracker is swarmsim's tracker behind an HTTP server on a host of the network.
type httpTracker struct {
	mu     sync.Mutex
	policy *tracker.Tracker
	rand   *rand.Rand
	now    func() time.Duration
}

func startTracker(s *scenario.Scenario, h *gonet.Host, now func() time.Duration) error {
	t := &s.Tracker
	x := &httpTracker{now: now, rand: draw.Stream(s.Seed, draw.Host, 0), policy: tracker.New(tracker.Config{
		Interval: t.Interval.Std(), MinInterval: t.MinInterval.Std(), Expire: t.Expire.Std(), MaxPeers: t.MaxPeers,
		SeedsOnly: t.PeerSelection == scenario.SelectSeeds,
	})}
	l, err := h.Listen(trackerPort)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: x, ErrorLog: log.New(io.Discard, "", 0)}
	go server.Serve(l)
	return nil
}

// ServeHTTP answers an announce.
func (x *httpTracker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/announce" {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	a, err := tracker.ParseQuery(r.URL.RawQuery)
	if err != nil {
		failure := tracker.Response{Failure: err.Error()}
		w.Write(failure.AppendBody(nil, &a))
		return
	}
	if from, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		a.Addr, a.Also = netip.AddrPortFrom(from.Addr(), a.Addr.Port()), netip.AddrPort{}
	}
	x.mu.Lock()
	out := x.policy.Announce(x.now(), a, x.rand)
	x.mu.Unlock()
	w.Write(out.AppendBody(nil, &a))
}
