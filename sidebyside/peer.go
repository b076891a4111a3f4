package main

import (
	"log/slog"
	"net"
	"time"

	"github.com/anacrolix/torrent"
	"golang.org/x/time/rate"

	"swarmsim/sidebyside/memnet"
)

// peer is a full client on a host of the in-memory network.
type peer struct {
	client  *torrent.Client
	torrent *torrent.Torrent
	host    *memnet.Host
	store   *store
}

// address returns the address of peer i. Each has its own IP, because the client treats all peers at
// one IP as the same.
func address(i int) *net.TCPAddr {
	return &net.TCPAddr{IP: net.IPv4(10, 0, byte(i>>8), byte(i)), Port: 6881}
}

// config returns the client's defaults, without what would leave the bubble, what the links already
// do, and what swarmsim's client does not have.
func config(s *store, connections int) *torrent.ClientConfig {
	c := torrent.NewDefaultClientConfig()
	c.DisableTrackers, c.NoDHT, c.DisablePEX = true, true, true
	c.DisableTCP, c.DisableUTP, c.DisableIPv6 = true, true, true
	c.DisableWebtorrent, c.DisableWebseeds, c.NoDefaultPortForwarding = true, true, true
	c.Slogger = slog.New(slog.DiscardHandler)

	c.UploadRateLimiter = rate.NewLimiter(rate.Inf, 0) // the default is shared by all clients of the process
	c.DialRateLimiter = rate.NewLimiter(rate.Inf, 0)
	c.HandshakesTimeout = time.Minute // handshakes queue behind other connections' blocks

	// A key exchange for every connection would be the largest part of a short run's CPU time, and
	// is not compared.
	c.HeaderObfuscationPolicy.Preferred = false

	c.DefaultStorage = s // without one the client opens a database on disk
	c.Seed = true
	c.EstablishedConnsPerTorrent = connections
	return c
}

// newPeer starts a client that downloads the whole content.
func newPeer(h *memnet.Host, c *content, s *store, connections int) (*peer, error) {
	cl, err := torrent.NewClient(config(s, connections))
	if err != nil {
		return nil, err
	}
	cl.AddDialer(h)
	cl.AddListener(h)
	t, _ := cl.AddTorrentOpt(torrent.AddTorrentOpts{InfoHash: c.hash, InfoBytes: c.info})
	t.DownloadAll()
	return &peer{cl, t, h, s}, nil
}

// addPeer tells the client the address of another.
func (p *peer) addPeer(a *net.TCPAddr) {
	p.torrent.AddPeers([]torrent.PeerInfo{{Addr: a, Trusted: true}})
}

// close closes the client first and then its listener: a running client calls Accept on a closed
// listener in a loop.
func (p *peer) close() {
	p.client.Close()
	p.host.Close()
}
