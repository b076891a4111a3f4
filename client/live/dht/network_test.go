package dht

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

func listen(t testing.TB, address string) net.PacketConn {
	t.Helper()
	conn, err := net.ListenPacket("udp", address)
	if err != nil {
		t.Skipf("no socket at %s: %v", address, err)
	}
	return conn
}

func start(t testing.TB, config Config) *Node {
	t.Helper()
	config.PacketsPerSec, config.QueryTimeout = 5000, 2*time.Second
	n, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

// network starts nodes that know the first of them.
func network(t testing.TB, count int) []*Node {
	var nodes []*Node
	var first []string
	for i := range count {
		conn := listen(t, fmt.Sprintf("127.0.0.%d:0", 2+i))
		nodes = append(nodes, start(t, Config{IPv4: conn, Bootstrap: first}))
		if first == nil {
			first = []string{conn.LocalAddr().String()}
		}
	}
	return nodes
}

// find announces a peer at one node and waits until another node has found it.
func find(t *testing.T, announcer, seeker *Node, infoHash [20]byte, want netip.AddrPort) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var wait sync.WaitGroup
	defer wait.Wait()
	defer cancel()
	wait.Go(func() {
		announcer.Announce(ctx, infoHash, want.Port(), func(peers []netip.AddrPort) {
			if slices.Contains(peers, want) {
				t.Errorf("the announcer found itself among %v", peers)
			}
		})
	})
	for ctx.Err() == nil {
		if peers := seeker.Peers(ctx, infoHash); slices.Contains(peers, want) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("%v was not found; announcer %+v, seeker %+v", want, announcer.Stats(), seeker.Stats())
}

func TestTwoOfTwentyFindEachOther(t *testing.T) {
	nodes := network(t, 20)
	find(t, nodes[7], nodes[13], [20]byte{1, 2, 3}, netip.MustParseAddrPort("127.0.0.9:6881"))
	find(t, nodes[19], nodes[1], [20]byte{0xf0}, netip.MustParseAddrPort("127.0.0.21:6882"))
	for i, n := range nodes {
		if s := n.Stats(); s.PacketsDropped != 0 {
			t.Errorf("node %d dropped %d of %d packets of its own kind", i, s.PacketsDropped, s.PacketsIn)
		}
	}
}

func TestIPv6(t *testing.T) {
	a, b := listen(t, "[::1]:0"), listen(t, "[::1]:0")
	one := start(t, Config{IPv6: a, IPv4: listen(t, "127.0.0.1:0")})
	two := start(t, Config{IPv6: b, Bootstrap: []string{a.LocalAddr().String()}})
	find(t, one, two, [20]byte{7}, netip.MustParseAddrPort("[::1]:6881"))
}

// A read-only node finds and announces, and no node keeps its address (BEP 43).
func TestReadOnly(t *testing.T) {
	nodes := network(t, 4)
	first := udpAddrPort(nodes[0].config.IPv4.LocalAddr())
	quiet := start(t, Config{IPv4: listen(t, "127.0.0.50:0"), ReadOnly: true})
	quiet.AddNode(first)
	find(t, quiet, nodes[2], [20]byte{9}, netip.MustParseAddrPort("127.0.0.50:6881"))
	for _, n := range nodes {
		for _, known := range n.families[0].server.Nodes() {
			if toAddrPort(known.Addr.IP, known.Addr.Port) == quiet.families[0].rules.local {
				t.Error("a node keeps the read-only node")
			}
		}
	}
}

func TestImpliedPort(t *testing.T) {
	nodes := network(t, 4)
	conn := listen(t, "127.0.0.60:0")
	implied := start(t, Config{IPv4: conn, ImpliedPort: true})
	implied.AddNode(udpAddrPort(nodes[0].config.IPv4.LocalAddr()))
	find(t, implied, nodes[2], [20]byte{9}, udpAddrPort(conn.LocalAddr()))
}

// A node that starts with the state of an earlier run needs no bootstrap node.
func TestStateIsUsed(t *testing.T) {
	nodes := network(t, 6)
	find(t, nodes[1], nodes[2], [20]byte{3}, netip.MustParseAddrPort("127.0.0.3:6881"))
	saved := nodes[2].State()
	s, err := parseState(saved)
	if err != nil || len(s.Nodes4) == 0 {
		t.Fatalf("%q, %v", saved, err)
	}
	again := start(t, Config{IPv4: listen(t, "127.0.0.70:0"), State: saved})
	if id := again.families[0].server.ID(); id != nodes[2].families[0].server.ID() {
		t.Error("the node has another ID")
	}
	find(t, nodes[3], again, [20]byte{4}, netip.MustParseAddrPort("127.0.0.5:6881"))
}

// Nodes report the address that they see (BEP 42).
func TestExternalAddress(t *testing.T) {
	nodes := network(t, 6)
	find(t, nodes[1], nodes[2], [20]byte{3}, netip.MustParseAddrPort("127.0.0.3:6881"))
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		s := nodes[2].Stats()
		if s.External4 == netip.MustParseAddr("127.0.0.4") {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%+v", s)
		}
	}
}

func TestCloseEndsEverything(t *testing.T) {
	before := runtime.NumGoroutine()
	var nodes []*Node
	var wait sync.WaitGroup
	for i := range 5 {
		n := start(t, Config{IPv4: listen(t, fmt.Sprintf("127.0.0.%d:0", 80+i)), Bootstrap: []string{"127.0.0.99:9"}})
		for port := range uint16(100) {
			n.AddNode(netip.AddrPortFrom(netip.MustParseAddr("127.0.0.98"), port))
		}
		wait.Go(func() { n.Announce(t.Context(), [20]byte{5}, 1, func([]netip.AddrPort) {}) })
		nodes = append(nodes, n)
	}
	for _, n := range nodes {
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	}
	wait.Wait()
	for deadline := time.Now().Add(time.Minute); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			buffer := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buffer[:runtime.Stack(buffer, true)])
		}
	}
}

// A socket that fails ends the node, not the process.
func TestSocketFails(t *testing.T) {
	conn := listen(t, "127.0.0.1:0")
	n := start(t, Config{IPv4: conn})
	conn.Close()
	n.Peers(t.Context(), [20]byte{1})
	n.Close()
	if _, err := New(Config{}); err == nil {
		t.Error("a node without sockets was started")
	}
	if _, err := New(Config{IPv4: listen(t, "127.0.0.1:0"), State: []byte("d2:id3:abce")}); err == nil {
		t.Error("an invalid state was accepted")
	}
}
