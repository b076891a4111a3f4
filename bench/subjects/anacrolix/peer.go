package main

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/anacrolix/torrent"
	"golang.org/x/time/rate"

	"swarmsim/sim/draw"
	"swarmsim/sim/netem/gonet"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
	"swarmsim/testbed/driver"
	"swarmsim/testbed/recorder"
)

// peerPort is where peers listen.
const peerPort = 6881

// peer is a full client on a host of the network.
type peer struct {
	index    int
	group    *scenario.Group
	known    recorder.Peer
	host     *gonet.Host
	arriveAt time.Duration
	stay     time.Duration // after completion; negative for forever
	giveUp   time.Duration // after arrival without the content; negative for never
	crash    bool

	verified chan int // pieces

	mu      sync.Mutex // guards the rest
	client  *torrent.Client
	torrent *torrent.Torrent
	store   *store
	pieces  []byte // verified, the first in the highest bit
	have    int
	latest  driver.Progress
}

// newPeer draws a peer of a group as the simulation does.
func newPeer(s *scenario.Scenario, i, group int, arriveAt time.Duration, pieces int) *peer {
	g := &s.Groups[group]
	p := &peer{index: i, group: g, arriveAt: arriveAt, verified: make(chan int, pieces), pieces: make([]byte, (pieces+7)/8)}
	up, down := draw.LinkRates(&g.Link, draw.Stream(s.Seed, draw.Link, uint64(i)))
	p.known = recorder.Peer{Group: group, Seed: g.Seed, Up: up, Down: down}
	r := draw.Stream(s.Seed, draw.Lifetime, uint64(i))
	p.stay, p.giveUp = orForever(g.Stay.Draw(r)), orForever(g.GiveUp.Draw(r))
	p.crash = r.Float64() < g.Crash
	return p
}

func orForever(d time.Duration, ends bool) time.Duration {
	if !ends {
		return -1
	}
	return d
}

// hostNetwork is a host as the client's dialer and listener.
type hostNetwork struct {
	host *gonet.Host
	*gonet.Listener
}

// Dial dials a peer.
func (h hostNetwork) Dial(ctx context.Context, addr string) (net.Conn, error) {
	return h.host.Dial(ctx, "tcp", addr)
}

// DialerNetwork is the network that Dial uses.
func (h hostNetwork) DialerNetwork() string { return "tcp" }

// config returns the client's defaults, without what would leave the bubble. Streams are not
// encrypted, as in measured swarms.
func config(h *gonet.Host, s *store, c *scenario.Client) *torrent.ClientConfig {
	x := torrent.NewDefaultClientConfig()
	x.NoDHT, x.DisablePEX = true, !c.PEX
	// The sockets of the system: the client listens and dials on its host only.
	x.DisableTCP, x.DisableUTP, x.DisableIPv6 = true, true, true
	x.DisableWebtorrent, x.DisableWebseeds, x.NoDefaultPortForwarding = true, true, true
	x.HTTPDialContext, x.TrackerDialContext = h.Dial, h.Dial
	x.Slogger = slog.New(slog.DiscardHandler)
	x.UploadRateLimiter = rate.NewLimiter(rate.Inf, 0) // the default is shared by all clients of the process
	x.HeaderObfuscationPolicy = torrent.HeaderObfuscationPolicy{RequirePreferred: true}
	x.DefaultStorage = s // without one the client opens a database on disk
	x.Seed = true
	x.EstablishedConnsPerTorrent = c.Connections.Max
	return x
}

// start starts the client, which finds others by a tracker, if there is one.
func (p *peer) start(c *content, settings *scenario.Client, announce string) error {
	listener, err := p.host.Listen(peerPort)
	if err != nil {
		return err
	}
	s := newStore(c, p.known.Seed, func(piece int) { p.verified <- piece })
	client, err := torrent.NewClient(config(p.host, s, settings))
	if err != nil {
		return err
	}
	network := hostNetwork{p.host, listener}
	client.AddDialer(network)
	client.AddListener(network)
	t, _ := client.AddTorrentOpt(torrent.AddTorrentOpts{InfoHash: c.hash, InfoBytes: c.info})
	if announce != "" {
		t.AddTrackers([][]string{{announce}})
	}
	t.DownloadAll()
	p.mu.Lock()
	p.client, p.torrent, p.store = client, t, s
	p.mu.Unlock()
	return nil
}

// progress returns what the client has done.
func (p *peer) progress(c *content) driver.Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.torrent == nil {
		return p.latest
	}
	s := p.torrent.Stats()
	p.latest = driver.Progress{
		Size:       int64(len(c.data)),
		Uploaded:   s.BytesWrittenData.Int64(),
		Downloaded: s.BytesReadData.Int64(),
		Wasted:     s.BytesReadData.Int64() - s.BytesReadUsefulData.Int64(),
		Pieces:     append([]byte(nil), p.pieces...),
		Complete:   p.known.Seed || p.have == c.pieces(),
	}
	return p.latest
}

// verify notes a piece, and reports whether it is the last one.
func (p *peer) verify(piece int, c *content) (complete bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pieces[piece/8] |= 0x80 >> (piece % 8)
	p.have++
	return p.have == c.pieces()
}

// stop ends the client: it leaves the swarm, or vanishes.
func (p *peer) stop() (outcome record.Outcome) {
	p.mu.Lock()
	client, complete := p.client, p.known.Seed || p.latest.Complete
	p.client, p.torrent = nil, nil
	p.mu.Unlock()
	outcome = record.Left
	switch {
	case p.crash:
		outcome = record.Crashed
		p.host.Off()
	case !complete:
		outcome = record.GaveUp
	}
	client.Close()
	return outcome
}
