package dht

import (
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"
)

// stub is a socket whose packets are handed over one by one. What a node sends is dropped.
type stub struct {
	in     chan []byte
	closed chan struct{}
	once   sync.Once
}

func newStub() *stub { return &stub{in: make(chan []byte), closed: make(chan struct{})} }

func (s *stub) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case packet := <-s.in:
		return copy(b, packet), net.UDPAddrFromAddrPort(netip.MustParseAddrPort("9.9.9.9:9")), nil
	case <-s.closed:
		return 0, nil, net.ErrClosed
	}
}
func (s *stub) WriteTo(b []byte, _ net.Addr) (int, error) { return len(b), nil }
func (s *stub) Close() error                              { s.once.Do(func() { close(s.closed) }); return nil }
func (s *stub) LocalAddr() net.Addr                       { return &net.UDPAddr{IP: net.IPv4(8, 8, 8, 8), Port: 6881} }
func (s *stub) SetDeadline(time.Time) error               { return nil }
func (s *stub) SetReadDeadline(time.Time) error           { return nil }
func (s *stub) SetWriteDeadline(time.Time) error          { return nil }

// FuzzNode hands packets to a running node: what passes the checks must not harm the library. A
// panic of the library ends the process, which is what this test looks for.
func FuzzNode(f *testing.F) {
	for _, packet := range hostile {
		f.Add([]byte(packet))
	}
	f.Add([]byte("d1:ad2:id" + id20 + "6:target" + id20 + "4:wantl2:n42:n6ee1:q9:find_node1:t1:a1:y1:qe"))
	f.Add([]byte("d1:ad2:id" + id20 + "9:info_hash" + id20 + "e1:q9:get_peers1:t1:a1:y1:qe"))
	f.Add([]byte("d1:ad2:id" + id20 + "12:implied_porti1e9:info_hash" + id20 + "4:porti-1e5:token1:te1:q13:announce_peer1:t1:a1:y1:qe"))
	conn := newStub()
	node, err := New(Config{IPv4: conn, PacketsPerSec: 1e6, QueryTimeout: time.Millisecond})
	if err != nil {
		f.Fatal(err)
	}
	defer node.Close()
	f.Fuzz(func(_ *testing.T, packet []byte) {
		conn.in <- packet
		conn.in <- nil // is taken after the packet has been processed
	})
}
