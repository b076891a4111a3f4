// Package memnet joins programs in one process by net.Conns whose bytes cross
// simulated access links. It is the swarm's network for a client that knows only
// sockets, and follows the links of swarmsim's sim/netem with the transport
// ideal: a host's connections take turns on its uplink, a segment each; a segment
// is serialized, travels the latency, waits its turn at the receiver's downlink
// and is serialized again. Nothing is lost, and a connection has a fixed window.
//
// Time is that of package time, so in a bubble of testing/synctest it is virtual.
// Nobody sleeps with the mutex held: who waits for a mutex does not count as
// blocked there, and the bubble's clock would stand still for ever.
package memnet

import (
	"net"
	"sync"
	"time"
)

// Config is what all links and connections have in common.
type Config struct {
	Latency time.Duration // one way, between any two hosts
	Window  int           // bytes of a connection that may be sent and not acknowledged
	Segment int           // bytes that a connection sends at a turn
}

// Network is a set of hosts that can dial one another.
type Network struct {
	Config

	// One mutex for all: a host touches another's state all the time, and the
	// clients, not these links, are what costs time.
	mu     sync.Mutex
	hosts  map[string]*Host // by address
	spare  [][]byte         // of segments that have been read
	closed bool
}

// New returns a network without hosts.
func New(c Config) *Network { return &Network{Config: c, hosts: map[string]*Host{}} }

// Link is a host's access link.
type Link struct{ UpBytesPerSec, DownBytesPerSec int64 }

// Host adds a host that listens at addr. It runs until the network is closed.
func (n *Network) Host(addr *net.TCPAddr, l Link) *Host {
	h := &Host{net: n, addr: addr, port: firstPort, link: l}
	h.dialed, h.toSend, h.toReceive = sync.NewCond(&n.mu), sync.NewCond(&n.mu), sync.NewCond(&n.mu)
	n.mu.Lock()
	n.hosts[addr.String()] = h
	n.mu.Unlock()
	go h.upload()
	go h.download()
	return h
}

// Close ends what the hosts do. Connections must have been closed before.
func (n *Network) Close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closed = true
	for _, h := range n.hosts {
		h.toSend.Broadcast()
		h.toReceive.Broadcast()
	}
}
