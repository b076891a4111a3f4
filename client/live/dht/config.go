package dht

import (
	"net"
	"net/netip"
	"time"
)

// DefaultBootstrap are public nodes that know many others.
var DefaultBootstrap = []string{
	"dht.libtorrent.org:25401",
	"router.bittorrent.com:6881",
	"router.utorrent.com:6881",
	"dht.transmissionbt.com:6881",
}

// Config says how a node runs.
type Config struct {
	// IPv4 and IPv6 are the sockets, at least one of them. Each carries only addresses of its own
	// family, is bound to a local address, and may be shared with uTP. Close closes them.
	IPv4, IPv6 net.PacketConn

	// External4 and External6 are the node's addresses as others see them, if known. The node ID
	// is derived from them (BEP 42), and they are not returned as peers.
	External4, External6 netip.Addr

	// ReadOnly is set where other nodes cannot reach this one, so that they do not keep its
	// address (BEP 43). The node then answers no queries.
	ReadOnly bool

	// ImpliedPort announces the source port of the packets instead of the port that is given to
	// Announce (BEP 5). It is right where uTP shares the socket, behind a NAT too.
	ImpliedPort bool

	// SecureOnly ignores public nodes whose ID breaks BEP 42.
	SecureOnly bool

	// Bootstrap are nodes, as host:port, that are asked while no other node is known.
	Bootstrap []string

	// State is what Node.State returned in an earlier run. An invalid state is an error of New.
	State []byte

	// PacketsPerSec limits the packets that are sent over each socket, 250 if it is 0.
	PacketsPerSec int

	// QueryTimeout is the time that a node has to answer, 2 s if it is 0.
	QueryTimeout time.Duration

	// Interval is the time between two announces of a torrent, 15 minutes if it is 0.
	Interval time.Duration
}

// The limits of a node.
const (
	maxPacket         = 4096 // bytes; real messages have at most some 1,500
	maxTransactionID  = 32   // bytes, since they are echoed
	maxToken          = 256  // bytes, since they are echoed
	maxNodesPerAnswer = 32   // BEP 5 has 8, and twice that with both families
	maxPeersPerAnswer = 100
	maxPeersPerLookup = 2000
	maxLookups        = 16 // at a time, in each family
	lookupTime        = time.Minute
)

func (c Config) withDefaults() Config {
	if c.PacketsPerSec <= 0 {
		c.PacketsPerSec = 250
	}
	if c.QueryTimeout <= 0 {
		c.QueryTimeout = 2 * time.Second
	}
	if c.Interval <= 0 {
		c.Interval = 15 * time.Minute
	}
	return c
}
