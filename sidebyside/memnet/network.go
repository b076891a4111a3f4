// Package memnet connects clients in one process by net.Conns whose bytes cross simulated access
// links. It is the network for a client that knows only sockets.
//
// It models the links of swarmsim's sim/netem with the transport ideal. The connections of a host send
// on its uplink in turn, one segment each. A segment is serialized, takes the latency, queues at the
// receiver's downlink and is serialized again. Nothing is lost, and each connection has a fixed window.
//
// Time is that of package time, so in a bubble of testing/synctest it is virtual. No goroutine sleeps
// while it holds the mutex: a goroutine that waits for a mutex does not count as durably blocked, and
// the bubble's clock would never advance.
package memnet

import (
	"net"
	"sync"
	"time"
)

// Config is common to all links and connections.
type Config struct {
	Latency time.Duration // one way, between any two hosts
	Window  int           // most unacknowledged bytes of a connection
	Segment int           // most bytes in a segment
}

// Network is a set of hosts that can dial each other.
type Network struct {
	Config

	// One mutex protects all hosts and connections: hosts often change each other's state, and the
	// links take little time beside the clients.
	mu     sync.Mutex
	hosts  map[string]*Host // by address
	spare  [][]byte         // buffers for reuse
	closed bool
}

// New returns a network without hosts.
func New(c Config) *Network { return &Network{Config: c, hosts: map[string]*Host{}} }

// Link is a host's access link.
type Link struct{ UpBytesPerSec, DownBytesPerSec int64 }

// Host adds a host that listens at addr. Its links run until the network is closed.
func (n *Network) Host(addr *net.TCPAddr, l Link) *Host {
	h := &Host{net: n, addr: addr, port: firstPort, link: l}
	h.dialed, h.canSend, h.canReceive = sync.NewCond(&n.mu), sync.NewCond(&n.mu), sync.NewCond(&n.mu)
	n.mu.Lock()
	n.hosts[addr.String()] = h
	n.mu.Unlock()
	go h.upload()
	go h.download()
	return h
}

// Close stops the links of all hosts. All connections must be closed before.
func (n *Network) Close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.closed = true
	for _, h := range n.hosts {
		h.canSend.Broadcast()
		h.canReceive.Broadcast()
	}
}
