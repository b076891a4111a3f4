package dht

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/anacrolix/dht/v2"
	"github.com/anacrolix/dht/v2/bep44"
	"github.com/anacrolix/dht/v2/krpc"
	"github.com/anacrolix/log"
	"golang.org/x/time/rate"
)

// Node is a node of the DHT. Its methods may be called by several goroutines.
type Node struct {
	config   Config
	families []*family
	votes    votes
	ctx      context.Context // ends with Close
	stop     context.CancelFunc
	running  sync.WaitGroup
}

// family is the node of one address family: BEP 32 has two networks.
type family struct {
	node    *Node
	rules   addresses
	conn    *packetConn
	server  *dht.Server
	store   *store
	stats   counters
	lookups chan struct{}       // has an entry for each lookup that runs
	met     chan netip.AddrPort // nodes to ping
	contact contacts            // bootstrap nodes
}

// New starts a node.
func New(config Config) (*Node, error) {
	config = config.withDefaults()
	if config.IPv4 == nil && config.IPv6 == nil {
		return nil, errNoSocket
	}
	saved, err := parseState(config.State)
	if err != nil {
		return nil, err
	}
	n := &Node{config: config}
	n.ctx, n.stop = context.WithCancel(context.Background())
	for _, part := range []struct {
		conn     net.PacketConn
		is4      bool
		external netip.Addr
		id       []byte
	}{
		{config.IPv4, true, config.External4, saved.ID4},
		{config.IPv6, false, config.External6, saved.ID6},
	} {
		if part.conn == nil {
			continue
		}
		rules := addresses{is4: part.is4, local: udpAddrPort(part.conn.LocalAddr()), external: part.external}
		f, err := n.start(part.conn, rules, nodeID(part.id, part.external), saved.nodes(rules))
		if err != nil {
			n.Close()
			return nil, fmt.Errorf("DHT node at %v: %w", part.conn.LocalAddr(), err)
		}
		n.families = append(n.families, f)
	}
	for _, f := range n.families {
		n.running.Go(f.maintain)
		n.running.Go(f.pingMet)
	}
	return n, nil
}

// nodeID returns the saved ID, or a new one, as BEP 42 wants it for the external address.
func nodeID(saved []byte, external netip.Addr) krpc.ID {
	id := krpc.RandomNodeID()
	if len(saved) == len(id) {
		id = krpc.ID(saved)
	}
	if ip := external.AsSlice(); external.IsValid() && !dht.NodeIdSecure(id, ip) {
		dht.SecureNodeId(&id, ip)
	}
	return id
}

func (n *Node) start(conn net.PacketConn, rules addresses, id krpc.ID, known []krpc.NodeInfo) (*family, error) {
	f := &family{
		node:    n,
		rules:   rules,
		store:   newStore(rules),
		lookups: make(chan struct{}, maxLookups),
		met:     make(chan netip.AddrPort, 64),
	}
	f.contact.names = n.config.Bootstrap
	f.conn = &packetConn{
		PacketConn: conn, rules: rules, stats: &f.stats,
		server: make(chan closer, 1), seen: f.meet, voted: n.votes.add,
	}
	logger := log.NewLogger("dht")
	logger.SetHandlers(log.DiscardHandler)
	want := krpc.WantNodes6
	if rules.is4 {
		want = krpc.WantNodes
	}
	server, err := dht.NewServer(&dht.ServerConfig{
		NodeId:           id,
		Conn:             f.conn,
		Passive:          n.config.ReadOnly,
		NoSecurity:       !n.config.SecureOnly,
		StartingNodes:    f.startingNodes,
		IPBlocklist:      blocked{rules},
		QueryResendDelay: func() time.Duration { return n.config.QueryTimeout },
		PeerStore:        f.store,
		Store:            noItems{},
		Logger:           logger,
		DefaultWant:      []krpc.Want{want},
		SendLimiter:      rate.NewLimiter(rate.Limit(n.config.PacketsPerSec), n.config.PacketsPerSec),
	})
	if err != nil {
		return nil, err
	}
	f.server = server
	f.conn.server <- server
	for _, node := range known {
		server.AddNode(node)
	}
	return f, nil
}

// noItems is a BEP 44 store without items. The library's keeps whatever is put, without a limit;
// packetConn lets no such query pass.
type noItems struct{}

func (noItems) Put(*bep44.Item) error                 { return bep44.ErrItemNotFound }
func (noItems) Get(bep44.Target) (*bep44.Item, error) { return nil, bep44.ErrItemNotFound }
func (noItems) Del(bep44.Target) error                { return nil }

// Stats describes a node. Counts are of both families together.
type Stats struct {
	Nodes          int // in the routing table
	GoodNodes      int // of them, those that answered lately (BEP 5)
	Torrents       int // for which peers are stored
	Peers          int // that are stored
	PacketsIn      int64
	PacketsDropped int64 // of PacketsIn: malformed, or from impossible addresses

	// External4 and External6 are the node's addresses as most of the nodes that answered saw
	// them (BEP 42), invalid while there are fewer than three such nodes. Another node ID is
	// derived from them when the node is started again with them. Forged packets can vote too.
	External4, External6 netip.Addr
}

// Stats returns counts of the moment.
func (n *Node) Stats() (s Stats) {
	for _, f := range n.families {
		table := f.server.Stats()
		torrents, peers := f.store.size()
		s.Nodes += table.Nodes
		s.GoodNodes += table.GoodNodes
		s.Torrents += torrents
		s.Peers += peers
		s.PacketsIn += f.stats.received.Load()
		s.PacketsDropped += f.stats.dropped.Load()
	}
	s.External4, s.External6 = n.votes.winner(true), n.votes.winner(false)
	return s
}

// Close stops the node and closes its sockets.
func (n *Node) Close() error {
	n.stop()
	var err error
	for _, f := range n.families {
		f.server.Close()
		if e := f.conn.Close(); err == nil {
			err = e
		}
	}
	n.running.Wait()
	return err
}
