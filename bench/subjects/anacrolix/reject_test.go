package main

import (
	"bufio"
	"io"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anacrolix/torrent/peer_protocol"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/sim/netem/gonet"
	"swarmsim/sim/scenario"
)

// scripted is a seed that sends what a test tells it to.
type scripted struct {
	conn net.Conn
	in   *bufio.Reader
}

// dial connects to the client, exchanges handshakes with it, and unchokes it.
func dial(t *testing.T, h *gonet.Host, to string, c *content) *scripted {
	conn, err := h.Dial(t.Context(), "tcp", to)
	if err != nil {
		t.Fatal(err)
	}
	s := &scripted{conn, bufio.NewReader(conn)}
	const fastExtension = "\x00\x00\x00\x00\x00\x00\x00\x04"
	handshake := append([]byte("\x13BitTorrent protocol"+fastExtension), c.hash[:]...)
	if _, err := conn.Write(append(handshake, "-XX0000-scripted----"...)); err != nil {
		t.Fatal(err)
	}
	s.send(t, peer_protocol.Message{Type: peer_protocol.HaveAll})
	s.send(t, peer_protocol.Message{Type: peer_protocol.Unchoke})
	if _, err := io.ReadFull(s.in, make([]byte, 68)); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *scripted) send(t *testing.T, m peer_protocol.Message) {
	if _, err := s.conn.Write(m.MustMarshalBinary()); err != nil {
		t.Fatal(err)
	}
}

// request returns the next request, and reports whether one came within the given time.
func (s *scripted) request(t *testing.T, within time.Duration) (m peer_protocol.Message, ok bool) {
	if err := s.conn.SetReadDeadline(time.Now().Add(within)); err != nil {
		t.Fatal(err)
	}
	d := peer_protocol.Decoder{R: s.in, MaxLength: 1 << 20}
	for {
		m = peer_protocol.Message{}
		if err := d.Decode(&m); err != nil {
			return m, false
		}
		if m.Type == peer_protocol.Request && !m.Keepalive {
			return m, true
		}
	}
}

const latency = 10 * time.Millisecond

// The full client behaves after a reject as swarmsim's profile of it does: it sends no request on that
// connection, here for two minutes, but sends one at once on another connection to the same peer.
func TestTheFullClientIsSilentAfterTheLastReject(t *testing.T) {
	c, err := newContent(128<<10, 32<<10, true)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		n := gonet.New(gonet.Config{Shortest: latency, Longest: latency, Net: &netem.Net{
			Delay:  func(_, _ engine.HostID) time.Duration { return latency },
			Window: 1 << 20, Segment: 16 << 10,
		}})
		link := netem.Link{UpBytesPerSec: 1e6, DownBytesPerSec: 1e6}
		p := &peer{host: n.Host(netip.MustParseAddr("198.18.0.2"), link), verified: make(chan int, 4)}
		if err := p.start(c, &scenario.Client{Connections: scenario.Connections{Max: 50}}, ""); err != nil {
			t.Fatal(err)
		}
		h := n.Host(netip.MustParseAddr("198.18.0.3"), link)
		addr := "198.18.0.2:6881"
		first := dial(t, h, addr, c)
		m, ok := first.request(t, time.Second)
		if !ok {
			t.Error("no request came")
		}
		m.Type = peer_protocol.Reject
		first.send(t, m)
		if m, ok := first.request(t, 2*time.Minute); ok {
			t.Errorf("%v came after the reject", m)
		}
		first.send(t, peer_protocol.Message{Keepalive: true}) // the connection is still open
		second := dial(t, h, addr, c)
		if _, ok := second.request(t, time.Second); !ok {
			t.Error("no request came on another connection")
		}
		p.client.Close()
		time.Sleep(10 * time.Minute) // until the client's goroutines have ended
		n.Close()
	})
}
