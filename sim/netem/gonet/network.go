package gonet

import (
	"net/netip"
	"sync"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
)

// Config describes a Network.
type Config struct {
	Net               *netem.Net    // shared by all hosts; it does not change any more
	Shortest, Longest time.Duration // the least and the greatest delay of Net, routers' included
	Resolution        time.Duration // the most by which arrivals are seen late; 0 for DefaultResolution
}

// DefaultResolution is 1 % of a usual path's round trip. A finer one takes more steps.
const DefaultResolution = 500 * time.Microsecond

// Network is a set of hosts that can dial each other.
type Network struct {
	net   *netem.Net
	start time.Time

	// One mutex protects the engine, all hosts and all connections: the driver plays all hosts in a
	// step, and takes little time beside the programs. No goroutine sleeps while it holds it: one
	// that waits for a mutex does not count as durably blocked, and a bubble's clock would stop.
	mu     sync.Mutex
	engine *engine.Engine[netem.Packet]
	byID   map[engine.HostID]*Host
	byAddr map[netip.Addr]*Host
	kick   chan struct{} // wakes the driver: something is due earlier than it knows
	due    time.Duration // when the driver wakes by itself
	closed bool
	done   chan struct{} // closed when the driver has ended
}

// New returns a network without hosts, whose time begins now. It runs until Close.
func New(c Config) *Network {
	if c.Resolution == 0 {
		c.Resolution = DefaultResolution
	}
	n := &Network{
		net: c.Net, start: time.Now(),
		engine: engine.New[netem.Packet](engine.Config{
			Lookahead: min(c.Resolution, c.Shortest, engine.MaxLookahead), Workers: 1, Horizon: c.Longest + 100*time.Millisecond,
		}),
		byID: map[engine.HostID]*Host{}, byAddr: map[netip.Addr]*Host{},
		kick: make(chan struct{}, 1), done: make(chan struct{}), due: engine.Never,
	}
	go n.drive()
	return n
}

// Host adds a host. Hosts are numbered from 0 in the order in which they and routers are added.
func (n *Network) Host(addr netip.Addr, l netem.Link) *Host {
	n.mu.Lock()
	defer n.mu.Unlock()
	h := &Host{network: n, addr: addr, conns: map[netem.ConnID]*Conn{}, listeners: map[uint16]*Listener{}, port: firstPort}
	h.host = netem.NewHost(n.net, l, h)
	h.host.Listen(false)
	h.host.Start(n.engine.Add(h.host, engine.Never))
	n.byID[h.host.ID()], n.byAddr[addr] = h, h
	return h
}

// Router adds a router, and returns its number for netem.Net.RouterOf.
func (n *Network) Router(latency time.Duration, up, down netem.Lane) engine.HostID {
	n.mu.Lock()
	defer n.mu.Unlock()
	r := netem.NewRouter(n.net, latency, up, down)
	id := n.engine.Add(r, engine.Never)
	r.Start(id)
	return id
}

// Now is the time since New.
func (n *Network) Now() time.Duration { return time.Since(n.start) }

// Close stops the network. Its connections and listeners fail from now on.
func (n *Network) Close() {
	n.mu.Lock()
	n.closed = true
	for _, h := range n.byAddr {
		h.shut()
	}
	n.mu.Unlock()
	n.wakeDriver()
	<-n.done
}
