package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"swarmsim/tracker"
)

// Server is a tracker that serves HTTP and UDP. Its methods may be called by several goroutines.
type Server struct {
	config      Config
	shards      *shards
	counters    counters
	connections *connectionIDs
	limiter     *rateLimiter // nil: no limit
	allow, deny *list        // nil: none
	reloading   sync.Mutex   // guards reading the lists

	endpoints   []*endpoint
	http        *http.Server
	metrics     http.Handler
	metricsPath string       // on the tracker's own addresses; "": none
	metricsAt   net.Listener // of their own; nil: none
	metricsHTTP *http.Server
	silent      silentConns

	running sync.WaitGroup
	stop    chan struct{}
	closing sync.Once
	closed  error // of Close
}

// quietLog drops what net/http logs: errors of clients, which are counted nowhere and harm no one.
var quietLog = log.New(io.Discard, "", 0)

// New starts a server. Its sockets are open when New returns. After an error nothing is left open,
// and nothing was written.
func New(c Config) (*Server, error) {
	c, err := c.checked()
	if err != nil {
		return nil, InputError{fmt.Errorf("tracker: %w", err)}
	}
	s := &Server{
		config:      c,
		shards:      newShards(c.policy()),
		connections: newConnectionIDs(),
		limiter:     newRateLimiter(c.Rate, c.Burst),
		stop:        make(chan struct{}),
	}
	s.metrics = s.metricsHandler()
	if err := s.readFiles(); err != nil {
		return nil, InputError{fmt.Errorf("tracker: %w", err)}
	}
	if err := s.open(); err != nil {
		s.closeSockets()
		return nil, fmt.Errorf("tracker: %w", err)
	}
	s.start()
	return s, nil
}

// InputError is an error of New that the user has to correct: in the configuration, or in a file
// that it names.
type InputError struct{ error }

func (e InputError) Unwrap() error { return e.error }

// readFiles reads the lists and the snapshot.
func (s *Server) readFiles() (err error) {
	if s.allow, err = newList(s.config.Allow); err != nil {
		return err
	}
	if s.deny, err = newList(s.config.Deny); err != nil {
		return err
	}
	if s.config.Snapshot == "" {
		return nil
	}
	if err := s.loadSnapshot(); err != nil {
		return err
	}
	return s.checkSnapshotFolder()
}

// open opens the sockets.
func (s *Server) open() error {
	for _, addr := range s.config.Listen {
		opened, err := listen(addr, &s.config)
		if err != nil {
			return err
		}
		s.endpoints = append(s.endpoints, opened...)
	}
	switch m := s.config.Metrics; {
	case strings.HasPrefix(m, "/"):
		s.metricsPath = m
	case m != "":
		at, err := net.Listen("tcp", m)
		if err != nil {
			return fmt.Errorf("serving metrics: %w", err)
		}
		s.metricsAt = at
	}
	return nil
}

// start starts the server's goroutines, which run until Close.
func (s *Server) start() {
	s.http = s.httpServer(s)
	for _, e := range s.endpoints {
		if e.http != nil {
			s.running.Go(func() { s.http.Serve(e.http) })
		}
		if e.udp == nil {
			continue
		}
		for range s.config.UDPReaders {
			u := &udpReader{server: s, conn: e.udp}
			if e.anywhere {
				u.source = &sourceAddress{is6: e.addr.Addr().Is6()}
			}
			s.running.Go(u.serve)
		}
	}
	if s.metricsAt != nil {
		s.metricsHTTP = s.httpServer(s.metrics)
		s.running.Go(func() { s.metricsHTTP.Serve(s.metricsAt) })
	}
	s.running.Go(s.keepHouse)
}

// listInterval is the time between checks whether a list has changed.
const listInterval = 5 * time.Second

// keepHouse removes silent peers, reads changed lists and writes snapshots.
func (s *Server) keepHouse() {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	lists := time.NewTicker(listInterval)
	defer lists.Stop()
	snapshot := time.NewTicker(s.config.SnapshotEvery)
	defer snapshot.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-second.C:
			s.shards.expire()
		case <-lists.C:
			s.reload((*list).readIfChanged)
		case <-snapshot.C:
			if s.config.Snapshot == "" {
				break
			}
			if err := s.saveSnapshot(); err != nil {
				s.config.Log.Error("the snapshot was not written", "err", err)
			}
		}
	}
}

// Reload reads the allow and deny lists again. After an error the lists are what they were. Changed
// files are also read without it, within some seconds.
func (s *Server) Reload() error {
	return s.reload(func(l *list) (bool, error) { return true, l.read() })
}

func (s *Server) reload(read func(*list) (bool, error)) error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	var all []error
	for _, l := range []*list{s.allow, s.deny} {
		if l == nil {
			continue
		}
		changed, err := read(l)
		switch {
		case err != nil:
			s.config.Log.Error("a list was not read; the earlier one stays in force", "err", err)
			all = append(all, err)
		case changed:
			s.config.Log.Info("a list was read", "file", l.file, "hashes", len(*l.set.Load()))
		}
	}
	return errors.Join(all...)
}

// served reports whether a torrent is served.
func (s *Server) served(infoHash [20]byte) bool {
	return (s.allow == nil || s.allow.has(infoHash)) && (s.deny == nil || !s.deny.has(infoHash))
}

// announce handles an announce of either protocol.
func (s *Server) announce(r *tracker.Request, out *tracker.Response) {
	if !s.served(r.InfoHash) {
		*out = tracker.Response{Failure: "this tracker does not serve this torrent", Peers: out.Peers[:0], PeerIDs: out.PeerIDs[:0]}
		return
	}
	if n := int64(s.config.MaxSwarms); n > 0 && s.shards.swarms.Load() >= n {
		r.Limits |= tracker.NoNewSwarm
	}
	if n := int64(s.config.MaxTotalPeers); n > 0 && s.shards.seeds.Load()+s.shards.leechers.Load() >= n {
		r.Limits |= tracker.NoNewPeer
	}
	s.shards.announce(r, out)
}

// scrape returns the statistics of a torrent; those of one that is not served are zero.
func (s *Server) scrape(infoHash [20]byte) tracker.Stats {
	if !s.served(infoHash) {
		return tracker.Stats{}
	}
	return s.shards.scrape(infoHash)
}

// AnnounceURLs returns the announce URLs, HTTP before UDP for each address.
func (s *Server) AnnounceURLs() []string {
	var out []string
	for _, e := range s.endpoints {
		out = append(out, e.urls()...)
	}
	return out
}

// MetricsURL returns the URL of the metrics, or "".
func (s *Server) MetricsURL() string {
	switch {
	case s.metricsAt != nil:
		return "http://" + s.metricsAt.Addr().String() + "/metrics"
	case s.metricsPath != "" && s.endpoints[0].http != nil:
		return "http://" + s.endpoints[0].addr.String() + s.metricsPath
	}
	return ""
}

// closeTimeout is how long Close waits for requests in progress.
const closeTimeout = 5 * time.Second

// Close answers the requests in progress, stops the server and writes the snapshot. It returns the
// error of writing it. Further calls return the same.
func (s *Server) Close() error {
	s.closing.Do(func() {
		close(s.stop)
		ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		for _, e := range s.endpoints {
			if e.udp != nil { // readers finish the packet that they have
				e.udp.SetReadDeadline(time.Unix(1, 0))
			}
		}
		s.silent.close()
		for _, h := range []*http.Server{s.http, s.metricsHTTP} {
			if h != nil && h.Shutdown(ctx) != nil {
				h.Close()
			}
		}
		s.running.Wait()
		s.closeSockets()
		if s.config.Snapshot != "" {
			s.closed = s.saveSnapshot()
		}
	})
	return s.closed
}

func (s *Server) closeSockets() {
	for _, e := range s.endpoints {
		e.close()
	}
	if s.metricsAt != nil {
		s.metricsAt.Close()
	}
}
