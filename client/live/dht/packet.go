package dht

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"github.com/anacrolix/dht/v2/krpc"
	"github.com/anacrolix/torrent/bencode"
)

// packetConn is the socket as the library sees it: only messages that it can be trusted with. In
// v2.23.1 of github.com/anacrolix/dht, without it:
//
//   - an address of less than two bytes ("d2:ip0:1:t1:a1:y1:qe") ends the process, and so does an
//     error of the socket, since its goroutine panics;
//   - every new name of a query stays in its expvar counters for ever;
//   - find_node is answered with the nodes next to info_hash, which that query does not have.
type packetConn struct {
	net.PacketConn
	rules   addresses
	stats   *counters
	server  chan closer // receives the server when it has been made
	closing atomic.Bool
	seen    func(netip.AddrPort) // is told of nodes that sent a query
	voted   func(from, external netip.Addr)
}

type closer interface{ Close() }

// counters count packets.
type counters struct{ received, dropped atomic.Int64 }

func (c *packetConn) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := c.PacketConn.ReadFrom(b)
		if err != nil {
			if c.closing.Load() || errors.Is(err, net.ErrClosed) {
				c.closing.Store(true)
				server := <-c.server
				server.Close() // first, or the library panics
				c.server <- server
				return 0, nil, err
			}
			// Such as an ICMP error of an earlier packet.
			time.Sleep(10 * time.Millisecond)
			continue
		}
		c.stats.received.Add(1)
		packet, err := c.check(b[:n], udpAddrPort(from))
		if err != nil || len(packet) > len(b) {
			c.stats.dropped.Add(1)
			continue
		}
		return copy(b, packet), from, nil
	}
}

func (c *packetConn) Close() error {
	c.closing.Store(true)
	if err := c.PacketConn.Close(); !errors.Is(err, net.ErrClosed) { // the library's server may have closed it first
		return err
	}
	return nil
}

// check returns the packet to process: the one that was received, or what is valid of it.
func (c *packetConn) check(packet []byte, from netip.AddrPort) ([]byte, error) {
	if len(packet) > maxPacket {
		return nil, fmt.Errorf("a packet of %d bytes", len(packet))
	}
	if !c.rules.acceptable(from, from.Addr()) || from == c.rules.local {
		return nil, fmt.Errorf("a packet from %v", from)
	}
	m, err := decode(packet)
	if err != nil {
		return nil, err
	}
	switch m.Y {
	case krpc.YQuery:
		if m.Q == "find_node" {
			// The library answers with the nodes next to info_hash.
			m.A.InfoHash = m.A.Target
			packet, err = bencode.Marshal(m)
		}
		if !m.ReadOnly {
			c.seen(from)
		}
	case krpc.YResponse:
		if c.clean(m.R, from.Addr()) {
			packet, err = bencode.Marshal(m)
		}
		if a := toAddrPort(m.IP.IP, max(m.IP.Port, 1)).Addr(); a.IsValid() {
			c.voted(from.Addr(), a)
		}
	}
	return packet, err
}

// decode decodes a message (BEP 5) and checks what the library relies on.
func decode(packet []byte) (m krpc.Msg, err error) {
	defer func() {
		// The decoder of addresses panics if they are too short.
		if r := recover(); r != nil {
			err = fmt.Errorf("an address is too short: %v", r)
		}
	}()
	if err := bencode.Unmarshal(packet, &m); err != nil {
		return m, err
	}
	if len(m.T) == 0 || len(m.T) > maxTransactionID {
		return m, fmt.Errorf("a transaction ID of %d bytes", len(m.T))
	}
	switch m.Y {
	case krpc.YQuery:
		return m, checkQuery(m.Q, m.A)
	case krpc.YResponse:
		if m.R == nil {
			return m, errors.New("a response without values")
		}
		if m.R.Token != nil && len(*m.R.Token) > maxToken {
			return m, fmt.Errorf("a token of %d bytes", len(*m.R.Token))
		}
		return m, nil
	case krpc.YError:
		return m, nil
	}
	return m, fmt.Errorf("a message of type %q", m.Y)
}

// checkQuery accepts the queries of BEP 5.
func checkQuery(name string, a *krpc.MsgArgs) error {
	if a == nil {
		return errors.New("a query without arguments")
	}
	if a.ID == (krpc.ID{}) {
		return errors.New("a query without a node ID")
	}
	if !slices.Contains([]string{"ping", "find_node", "get_peers", "announce_peer"}, name) {
		return fmt.Errorf("a query named %q", name)
	}
	if name == "get_peers" && a.InfoHash == (krpc.ID{}) || name == "find_node" && a.Target == (krpc.ID{}) {
		return errors.New("a query without its target")
	}
	return nil
}

// clean removes nodes and peers with impossible addresses, and those beyond the limits. It reports
// whether there were any.
func (c *packetConn) clean(r *krpc.Return, from netip.Addr) bool {
	before := len(r.Nodes) + len(r.Nodes6) + len(r.Values)
	badNode := func(n krpc.NodeInfo) bool {
		a := toAddrPort(n.Addr.IP, n.Addr.Port)
		return !c.rules.acceptable(a, from) || a == c.rules.local
	}
	r.Nodes = slices.DeleteFunc(r.Nodes, badNode)
	r.Nodes6 = slices.DeleteFunc(r.Nodes6, badNode)
	r.Values = slices.DeleteFunc(r.Values, func(p krpc.NodeAddr) bool {
		return !c.rules.acceptable(toAddrPort(p.IP, p.Port), from)
	})
	r.Nodes = r.Nodes[:min(len(r.Nodes), maxNodesPerAnswer)]
	r.Nodes6 = r.Nodes6[:min(len(r.Nodes6), maxNodesPerAnswer)]
	r.Values = r.Values[:min(len(r.Values), maxPeersPerAnswer)]
	return len(r.Nodes)+len(r.Nodes6)+len(r.Values) != before
}
