package client

import (
	"slices"
	"testing"
)

// BEP 3, from the handshake to the end of the download: INTERESTED for a neighbour that has a
// missing piece, REQUEST after its UNCHOKE, HAVE for each verified piece, NOT INTERESTED when
// nothing is missing.
func TestDownload(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.expect(s.connect(0, 9, 0xc0), "0: handshake, 0: interested")
	s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
	s.expect(s.receiveBlock(0, 0, 0), "0: request 1/0")
	s.expect(s.receiveBlock(0, 0, 1), "0: have 0, 0: request 1/1")
	s.expect(s.receiveBlock(0, 1, 0), "")
	s.expect(s.receiveBlock(0, 1, 1), "0: have 1, 0: not interested, announce completed, 0: hang up")
	if !s.peer.Complete() || s.peer.Counters().Blocks != 4 || s.peer.Counters().Duplicate != 0 {
		t.Errorf("complete: %v, %+v", s.peer.Complete(), s.peer.Counters())
	}
}

// A connection ends if its first message is not a handshake, or if the handshake has another info
// hash (BEP 3: "If both sides don't send the same value, they sever the connection.") or this
// peer's own ID.
func TestWrongHandshakeEndsConnection(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.step(Event{Kind: Opened, Conn: 0, Addr: addr(8)})
	s.expect(s.receive(0, Message{Kind: Have}), "0: hang up")
	s.step(Event{Kind: Opened, Conn: 0, Addr: addr(8)})
	s.expect(s.receive(0, handshake(&Torrent{InfoHash: [20]byte{9}}, id(8), false)), "0: hang up")
	s.step(Event{Kind: Opened, Conn: 0, Addr: addr(8)})
	s.expect(s.receive(0, handshake(s.peer.torrent, id(5), false)), "0: hang up") // its own ID
}

// A hybrid is in two swarms, and connections may name either info hash (BEP 52).
func TestHybridHasTwoInfoHashes(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { c.Torrent.SecondHash = [20]byte{9} })
	s.step(Event{Kind: Opened, Conn: 0, Addr: addr(8)})
	s.expect(s.receive(0, handshake(&Torrent{InfoHash: [20]byte{9}}, id(8), false)), "0: handshake")
	s.step(Event{Kind: Opened, Conn: 1, Addr: addr(9)})
	s.expect(s.receive(1, handshake(s.peer.torrent, id(9), false)), "1: handshake")
	s.step(Event{Kind: Opened, Conn: 2, Addr: addr(7)})
	s.expect(s.receive(2, handshake(&Torrent{}, id(7), false)), "2: hang up")
}

// If two peers dial each other, both close the same one of the two connections: the one that was
// dialed by the peer with the smaller ID. A second connection dialed by the same peer is closed.
func TestOneConnectionToAPeer(t *testing.T) {
	for _, other := range []byte{4, 6} { // this peer is 5
		s := newScript(t, 2, false, nil)
		s.connect(0, other) // dialed by the neighbour
		s.expect(s.step(Event{Kind: Opened, Conn: 1, Addr: addr(other), Dialed: true}), "1: handshake")
		got := s.receive(1, handshake(s.peer.torrent, id(other), false))
		want := "0: hang up"
		if other > 5 {
			want = "1: hang up"
		}
		s.expect(got, want)
	}
	s := newScript(t, 2, false, nil)
	s.connect(0, 9)
	if got := s.connect(1, 9); !slices.Contains(got, "1: hang up") {
		t.Errorf("a second connection dialed by the same peer: %v, want a hang up", got)
	}
}

// Beyond Connections.Max no connection is accepted.
func TestConnectionLimit(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { c.Settings.Connections.DialTarget, c.Settings.Connections.Max = 2, 2 })
	s.connect(0, 1)
	s.connect(1, 2)
	s.expect(s.step(Event{Kind: Opened, Conn: 2, Addr: addr(3)}), "2: hang up")
}

// A peer that leaves closes its connections, announces "stopped" (BEP 3), and needs no more ticks.
func TestLeave(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.connect(0, 8)
	s.step(Event{Kind: Opened, Conn: 1, Addr: addr(9)})
	s.expect(s.step(Event{Kind: Leave}), "0: hang up, 1: hang up, announce stopped")
	if next := s.peer.NextTick(); next != Never {
		t.Errorf("after it left the peer asks for a tick at %v", next)
	}
}
