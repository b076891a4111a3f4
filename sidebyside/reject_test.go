package main

import (
	"bufio"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/anacrolix/torrent/peer_protocol"

	"swarmsim/sidebyside/memnet"
)

// scripted is a seed that says what a test says.
type scripted struct {
	conn net.Conn
	in   *bufio.Reader
}

// dial connects to the client, shakes hands with it, and unchokes it.
func dial(t *testing.T, h *memnet.Host, to net.Addr, c *content) *scripted {
	conn, err := h.Dial(t.Context(), to.String())
	if err != nil {
		t.Fatal(err)
	}
	s := &scripted{conn, bufio.NewReader(conn)}
	hello := append([]byte("\x13BitTorrent protocol\x00\x00\x00\x00\x00\x00\x00\x04"), c.hash[:]...) // speaks the fast extension
	if _, err := conn.Write(append(hello, "-XX0000-scripted----"...)); err != nil {
		t.Fatal(err)
	}
	s.say(t, peer_protocol.Message{Type: peer_protocol.HaveAll})
	s.say(t, peer_protocol.Message{Type: peer_protocol.Unchoke})
	if _, err := io.ReadFull(s.in, make([]byte, 68)); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *scripted) say(t *testing.T, m peer_protocol.Message) {
	if _, err := s.conn.Write(m.MustMarshalBinary()); err != nil {
		t.Fatal(err)
	}
}

// request is the next one that comes before a time has passed, if one does.
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

// What the profile of this client does after a reject is what the client does:
// it asks that connection for nothing, here for two minutes, and another one to
// the same peer at once.
func TestTheFullClientIsSilentAfterTheLastReject(t *testing.T) {
	c, err := newContent(128<<10, 32<<10)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		n := memnet.New(memnet.Config{Latency: 10 * time.Millisecond, Window: 1 << 20, Segment: 16 << 10})
		link := memnet.Link{UpBytesPerSec: 1e6, DownBytesPerSec: 1e6}
		p, err := newPeer(n.Host(address(1), link), c, c.empty(), 50)
		if err != nil {
			t.Fatal(err)
		}
		h := n.Host(address(2), link)
		first := dial(t, h, address(1), c)
		m, ok := first.request(t, time.Second)
		if !ok {
			t.Error("nothing was asked for")
		}
		m.Type = peer_protocol.Reject
		first.say(t, m)
		if m, ok := first.request(t, 2*time.Minute); ok {
			t.Errorf("%v was asked for after the reject", m)
		}
		first.say(t, peer_protocol.Message{Keepalive: true}) // it still stands
		second := dial(t, h, address(1), c)
		if _, ok := second.request(t, time.Second); !ok {
			t.Error("nothing was asked for on another connection")
		}
		h.Close()
		p.close()
		time.Sleep(10 * time.Minute) // the client's goroutines notice late
		n.Close()
	})
}
