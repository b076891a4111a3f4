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

// address is where a peer listens, each at an IP of its own: the client takes
// peers at one IP for one.
func address(i int) *net.TCPAddr {
	return &net.TCPAddr{IP: net.IPv4(10, 0, byte(i>>8), byte(i)), Port: 6881}
}

// config is the client's default but for what would reach out of the bubble,
// what the links already do, and what swarmsim's client does not have.
func config(s *store, connections int) *torrent.ClientConfig {
	c := torrent.NewDefaultClientConfig()
	c.DisableTrackers, c.NoDHT, c.DisablePEX = true, true, true
	c.DisableTCP, c.DisableUTP, c.DisableIPv6 = true, true, true
	c.DisableWebtorrent, c.DisableWebseeds, c.NoDefaultPortForwarding = true, true, true
	c.Slogger = slog.New(slog.DiscardHandler)

	c.UploadRateLimiter = rate.NewLimiter(rate.Inf, 0) // the default is shared by all clients of the process
	c.DialRateLimiter = rate.NewLimiter(rate.Inf, 0)
	c.HandshakesTimeout = time.Minute // handshakes queue behind others' content

	// A key exchange for every connection would be the client's greatest cost in
	// a short run, and it is no part of what is compared.
	c.HeaderObfuscationPolicy.Preferred = false

	c.DefaultStorage = s // without one the client opens a database of its own on disk
	c.Seed = true
	c.EstablishedConnsPerTorrent = connections
	return c
}

// newPeer starts a client that wants all of the content.
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

// meet tells the client of another.
func (p *peer) meet(a *net.TCPAddr) {
	p.torrent.AddPeers([]torrent.PeerInfo{{Addr: a, Trusted: true}})
}

// close ends the client, then its listener: the client asks a closed listener
// again and again for as long as it lives.
func (p *peer) close() {
	p.client.Close()
	p.host.Close()
}
