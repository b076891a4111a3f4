package live

import (
	"encoding/json"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"swarmsim/tracker"
)

// The limits of an HTTP request. A peer that sends slowly is cut off.
const (
	maxHeaderBytes = 8 << 10
	requestTimeout = 10 * time.Second
	idleTimeout    = 15 * time.Second // the next announce of most peers is half an hour away
	maxScrape      = 100              // torrents in one HTTP scrape; a URL has no room for many more
)

// exchange is the memory of a request and its response, which is used again.
type exchange struct {
	request  tracker.Request
	response tracker.Response
	body     []byte
}

var exchanges = sync.Pool{New: func() any { return new(exchange) }}

// httpServer returns a server that gives slow or large requests no hold on memory.
func (s *Server) httpServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: requestTimeout,
		ReadTimeout:       requestTimeout,
		WriteTimeout:      requestTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          quietLog,
		ConnState:         s.silent.changed,
	}
}

// reservedPaths are those that have a meaning.
var reservedPaths = map[string]bool{"/announce": true, "/announce/": true, "/scrape": true, "/scrape/": true, "/stats": true}

// ServeHTTP serves /announce, /scrape and /stats.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || r.ContentLength != 0 {
		w.Header().Set("Allow", http.MethodGet)
		w.Header().Set("Connection", "close") // an unwanted body is not read
		http.Error(w, "only GET without a body", http.StatusMethodNotAllowed)
		return
	}
	switch r.URL.Path {
	case "/announce", "/announce/":
		s.serve(w, r, (*Server).httpAnnounce)
	case "/scrape", "/scrape/":
		s.serve(w, r, (*Server).httpScrape)
	case "/stats":
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(s.Stats())
	default:
		if s.metricsPath != "" && r.URL.Path == s.metricsPath {
			s.metrics.ServeHTTP(w, r)
			return
		}
		http.Error(w, "a BitTorrent tracker: /announce and /scrape", http.StatusNotFound)
	}
}

// serve answers an announce or a scrape. Failures have status 200, as clients expect.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, answer func(*Server, *exchange, string, netip.Addr)) {
	x := exchanges.Get().(*exchange)
	defer exchanges.Put(x)
	x.body = x.body[:0]
	if from, ok := s.clientIP(r); !ok {
		s.fail(x, http4, "the proxy did not say who the client is")
	} else if p := http4.of(from); !s.limiter.allow(s.shards.now(), from) {
		s.counters.limited.Add(1)
		x.response.RetryAfter = time.Minute
		s.fail(x, p, tooMany)
	} else {
		answer(s, x, r.URL.RawQuery, from)
	}
	h := w.Header()
	h["Content-Type"] = plainText
	h["Content-Length"] = []string{strconv.Itoa(len(x.body))}
	w.Write(x.body) // an error is the client's: it is gone
}

var plainText = []string{"text/plain"}

const tooMany = "too many requests from this address"

// fail makes the response a failure.
func (s *Server) fail(x *exchange, p protocol, reason string) {
	s.counters.failures[p].Add(1)
	failure := tracker.Response{Failure: reason, RetryAfter: x.response.RetryAfter}
	x.response.RetryAfter = 0
	x.body = failure.AppendBody(x.body, &x.request)
}

func (s *Server) httpAnnounce(x *exchange, query string, from netip.Addr) {
	p := http4.of(from)
	s.counters.announces[p].Add(1)
	var err error
	if x.request, err = tracker.ParseQuery(query); err != nil {
		s.fail(x, p, strings.TrimPrefix(err.Error(), "tracker: "))
		return
	}
	r := &x.request
	port := r.Addr.Port()
	switch {
	case !s.config.TrustIP:
		r.Addr, r.Also = netip.AddrPortFrom(from, port), netip.AddrPort{}
	case !r.Addr.Addr().IsValid():
		r.Addr = netip.AddrPortFrom(from, port)
	}
	if r.Also.IsValid() && r.Also.Port() == 0 {
		r.Also = netip.AddrPortFrom(r.Also.Addr(), port)
	}
	s.announce(r, &x.response)
	if x.response.Failure != "" {
		s.counters.failures[p].Add(1)
	} else {
		x.response.ExternalIP = from
	}
	x.body = x.response.AppendBody(x.body, r)
}

func (s *Server) httpScrape(x *exchange, query string, from netip.Addr) {
	p := http4.of(from)
	s.counters.scrapes[p].Add(1)
	hashes, err := tracker.ParseScrapeQuery(query, maxScrape)
	if err != nil {
		s.fail(x, p, strings.TrimPrefix(err.Error(), "tracker: "))
		return
	}
	x.body = tracker.AppendScrapeBody(x.body, hashes, s.scrape, 0)
}

// clientIP returns the address of the client: that of the connection or, if a trusted proxy made it,
// the last one in X-Forwarded-For that is not a trusted proxy. Those before it are the client's to
// make up.
func (s *Server) clientIP(r *http.Request) (ip netip.Addr, ok bool) {
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, false
	}
	ip = from.Addr().Unmap().WithZone("")
	if !s.isProxy(ip) {
		return ip, true
	}
	names := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(names) - 1; i >= 0; i-- {
		if ip, err = netip.ParseAddr(strings.TrimSpace(names[i])); err != nil {
			return netip.Addr{}, false
		}
		if ip = ip.Unmap().WithZone(""); !s.isProxy(ip) {
			return ip, true
		}
	}
	return netip.Addr{}, false
}

func (s *Server) isProxy(ip netip.Addr) bool {
	for _, p := range s.config.Proxies {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}
