package live

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"swarmsim/client"
	"swarmsim/client/live/announce"
	"swarmsim/client/live/crypt"
	"swarmsim/client/live/dht"
	"swarmsim/client/live/httpclient"
	"swarmsim/client/live/lsd"
	"swarmsim/client/live/portmap"
	"swarmsim/client/live/storage"
	"swarmsim/torrent"
)

// Config is what a session is made of.
type Config struct {
	// Listen are the addresses at which peers are accepted; port 0 for any. Connections are made
	// from the first of each family. The default is port 6881 of all addresses, or any port if that
	// is taken.
	Listen []netip.AddrPort

	// Client returns the strategies and settings of the state machine for one torrent. The session
	// sets what belongs to the torrent and to this package.
	Client func(*mathrand.Rand) client.Config

	Encryption crypt.Mode

	UploadRate     int64 // bytes per second in blocks, over all torrents; 0 for no limit
	DownloadRate   int64
	MaxConnections int // over all torrents, which share them fairly; default 500
	UploadSlots    int // over all torrents, likewise; 0 for as many as the choker of each torrent has

	DHT       bool     // a node of the DHT (BEP 5) finds peers of torrents that are not private
	Bootstrap []string // nodes, as host:port, that the DHT begins with; nil for public ones
	DHTState  []byte   // what DHTState returned in an earlier run

	LSD     bool // peers in the local network are found by multicast (BEP 14)
	PortMap bool // the router is asked to pass connections from outside
	NoPEX   bool // peers are not exchanged with neighbours (BEP 11)

	Storage storage.Limits
	Log     *slog.Logger // of connections and announces; nil for none
}

// Defaults of a Config.
const (
	defaultPort           = 6881
	defaultMaxConnections = 500
	maxAnnounces          = 50  // to an HTTP tracker at once, of all torrents, as in libtorrent (max_concurrent_http_announces)
	maxHandshakes         = 100 // incoming connections that have not finished their handshakes
	handshakeTimeout      = 15 * time.Second
)

// peerIDPrefix identifies the client in peer IDs (BEP 20).
const peerIDPrefix = "-SW0100-"

// clientName is the name that neighbours are told (BEP 10).
const clientName = "swarmsim"

// Session downloads and seeds any number of torrents.
type Session struct {
	cfg       Config
	id        client.PeerID
	key       uint32 // identifies the session to trackers
	pool      *storage.Pool
	listeners []net.Listener
	udp       *announce.Socket // of UDP trackers
	http      *http.Client     // of HTTP trackers
	dht       *dht.Node        // nil for none
	lsd       []*lsd.Service
	mappers   []*portmap.Mapper

	upload, download limiter
	slots            slots

	ctx    context.Context
	cancel context.CancelFunc
	wait   sync.WaitGroup

	mu          sync.Mutex
	torrents    map[[20]byte]*Torrent // by info hash; a hybrid by both
	connections int
	yielding    int // connections that torrents have been asked to give up

	handshakes handshakes
}

// ErrClosed is returned for what a closed session is asked to do.
var ErrClosed = errors.New("the session is closed")

// New opens the sockets of a session.
func New(cfg Config) (*Session, error) {
	if cfg.Client == nil {
		return nil, errors.New("live: the configuration has no client")
	}
	if cfg.MaxConnections == 0 {
		cfg.MaxConnections = defaultMaxConnections
	}
	s := &Session{
		cfg: cfg, id: newPeerID(), torrents: map[[20]byte]*Torrent{},
		upload: newLimiter(cfg.UploadRate), download: newLimiter(cfg.DownloadRate),
		key: mathrand.Uint32(), slots: slots{total: cfg.UploadSlots},
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if err := s.listen(); err != nil {
		return nil, err
	}
	var err error
	if s.udp, err = announce.NewSocket(s.source()); err != nil {
		s.closeListeners()
		return nil, err
	}
	if cfg.DHT {
		if err := s.startDHT(); err != nil {
			s.closeListeners()
			s.udp.Close()
			return nil, err
		}
	}
	s.http = httpclient.New(httpclient.Options{Local: s.source(), MaxConnsPerHost: maxAnnounces})
	if cfg.LSD {
		s.startLSD()
	}
	if cfg.PortMap {
		s.mapPorts()
	}
	s.pool = storage.NewPool(cfg.Storage)
	for _, l := range s.listeners {
		s.wait.Add(1)
		go s.accept(l)
	}
	return s, nil
}

func newPeerID() client.PeerID {
	var id client.PeerID
	copy(id[:], peerIDPrefix)
	rand.Read(id[len(peerIDPrefix):])
	return id
}

// listen opens the listening sockets.
func (s *Session) listen() error {
	addrs := s.cfg.Listen
	if len(addrs) == 0 {
		l, err := net.Listen("tcp", fmt.Sprintf(":%d", defaultPort))
		if err != nil {
			l, err = net.Listen("tcp", ":0")
		}
		if err != nil {
			return err
		}
		s.listeners = []net.Listener{l}
		return nil
	}
	for _, a := range addrs {
		l, err := net.Listen("tcp", a.String())
		if err != nil {
			s.closeListeners()
			return fmt.Errorf("cannot listen at %v: %w", a, err)
		}
		s.listeners = append(s.listeners, l)
	}
	return nil
}

func (s *Session) closeListeners() {
	for _, l := range s.listeners {
		l.Close()
	}
}

// Addrs returns the addresses at which peers are accepted.
func (s *Session) Addrs() []netip.AddrPort {
	var out []netip.AddrPort
	for _, l := range s.listeners {
		out = append(out, l.Addr().(*net.TCPAddr).AddrPort())
	}
	return out
}

// port returns the port to announce.
func (s *Session) port() uint16 { return s.Addrs()[0].Port() }

// local returns the address to make connections to a peer from; the zero Addr for any.
func (s *Session) local(peer netip.Addr) netip.Addr {
	for _, a := range s.cfg.Listen {
		if ip := a.Addr().Unmap(); ip.Is4() == peer.Unmap().Is4() && !ip.IsUnspecified() {
			return ip
		}
	}
	return netip.Addr{}
}

// source returns the address to announce from; the zero Addr for any.
func (s *Session) source() netip.Addr {
	if len(s.cfg.Listen) == 0 || s.cfg.Listen[0].Addr().IsUnspecified() {
		return netip.Addr{}
	}
	return s.cfg.Listen[0].Addr()
}

// log writes a line about what happened.
func (s *Session) log(what string, args ...any) {
	if s.cfg.Log != nil {
		s.cfg.Log.Info(what, args...)
	}
}

// Add begins to check, download and seed a torrent.
func (s *Session) Add(meta *torrent.Meta, o Options) (*Torrent, error) {
	t := newTorrent(s, swarmsOf(meta), o)
	if err := t.openStore(meta); err != nil {
		t.abandon()
		return nil, err
	}
	return t, s.start(t)
}

// AddMagnet begins with the torrent of a magnet link: its description is fetched from peers (BEP 9).
func (s *Session) AddMagnet(link *torrent.Magnet, o Options) (*Torrent, error) {
	t := newTorrent(s, swarmsOfLink(link), o)
	t.magnet = link
	for _, p := range link.Peers {
		if a, err := netip.ParseAddrPort(p); err == nil {
			t.AddPeers([]netip.AddrPort{a})
		}
	}
	return t, s.start(t)
}

// start runs a torrent, unless the session has one with the same info hash.
func (s *Session) start(t *Torrent) error {
	err := s.join(t, *t.swarms.Load())
	if s.ctx.Err() != nil {
		s.remove(t)
		err = ErrClosed
	}
	if err != nil {
		t.abandon()
		return err
	}
	s.wait.Add(1)
	go t.run()
	return nil
}

// remove forgets a torrent that has ended.
func (s *Session) remove(t *Torrent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for hash, other := range s.torrents {
		if other == t {
			delete(s.torrents, hash)
		}
	}
}

// torrent returns the torrent with an info hash; nil if there is none.
func (s *Session) torrent(hash [20]byte) *Torrent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.torrents[hash]
}

// Torrents returns the torrents of the session, in no particular order.
func (s *Session) Torrents() []*Torrent {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*Torrent
	for hash, t := range s.torrents {
		if hash == t.hash {
			out = append(out, t)
		}
	}
	return out
}

// Close stops all torrents: they announce that they stop, and write what is needed to resume. It
// waits for that as long as ctx allows.
func (s *Session) Close(ctx context.Context) error {
	s.closeListeners()
	var errs []error
	var wait sync.WaitGroup
	var mu sync.Mutex
	for _, t := range s.Torrents() {
		wait.Go(func() {
			err := t.Close(ctx)
			mu.Lock()
			defer mu.Unlock()
			errs = append(errs, err)
		})
	}
	wait.Wait()
	s.cancel()
	s.wait.Wait()
	for _, m := range s.mappers {
		m.Close()
	}
	for _, l := range s.lsd {
		l.Close()
	}
	if s.dht != nil {
		s.dht.Close()
	}
	s.udp.Close()
	s.http.CloseIdleConnections()
	s.pool.Close()
	return errors.Join(errs...)
}
