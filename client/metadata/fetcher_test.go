package metadata

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/extension"
)

// script plays one Fetcher: it feeds events to it and compares the actions that it returns, which
// are written as text: "0: get 1" is a request for piece 1 on connection 0.
type script struct {
	t   *testing.T
	f   *Fetcher
	now time.Duration
}

// infoOf is an info dictionary of some length.
func infoOf(length int) []byte { return bytes.Repeat([]byte("info"), length/4+1)[:length] }

// threePieces is the length of a dictionary of three pieces.
const threePieces = 2*extension.MetadataPiece + 100

// newScript starts a Fetcher for a dictionary.
func newScript(t *testing.T, info []byte, change func(*Config)) *script {
	c := Config{InfoHash: sha1.Sum(info), ID: id(5), Rand: rand.New(rand.NewPCG(1, 2)), ListenPort: 6881}
	if change != nil {
		change(&c)
	}
	s := &script{t: t, f: New(c)}
	s.step(client.Event{Kind: client.Tick})
	return s
}

func id(n byte) client.PeerID { return client.PeerID{19: n} }

func addr(n byte) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, n}), 6881)
}

func (s *script) step(e client.Event) string {
	var lines []string
	for _, a := range s.f.Step(s.now, &e, nil) {
		lines = append(lines, describe(&a))
	}
	return strings.Join(lines, ", ")
}

// describe writes an action as text. Neighbours receive metadata messages under the id 7.
func describe(a *client.Action) string {
	switch a.Kind {
	case client.HangUp:
		return fmt.Sprintf("%d: hang up", a.Conn)
	case client.Dial:
		return fmt.Sprintf("dial %v", a.Addr.Addr())
	case client.Announce:
		return fmt.Sprintf("announce %v to %d", [...]string{"", "started", "completed", "stopped"}[a.Announce], a.Tracker)
	}
	m := a.Message
	if m.Kind != client.Extended || m.Data[0] != 7 {
		return fmt.Sprintf("%d: %v", a.Conn, m.Kind)
	}
	var x extension.MetadataMessage
	if err := x.Decode(m.Data[1:]); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%d: %s %d", a.Conn, [...]string{"get", "data", "reject"}[x.Type], x.Piece)
}

func (s *script) expect(got, want string) {
	s.t.Helper()
	if got != want {
		s.t.Errorf("at %v:\n got %s\nwant %s", s.now, got, want)
	}
}

// advance lets time pass and returns the actions meanwhile, without empty ones.
func (s *script) advance(d time.Duration) string {
	var out []string
	end := s.now + d
	for s.f.NextTick() <= end {
		s.now = s.f.NextTick()
		if text := s.step(client.Event{Kind: client.Tick}); text != "" {
			out = append(out, text)
		}
	}
	s.now = end
	return strings.Join(out, ", ")
}

func (s *script) receive(c client.ConnID, m client.Message) string {
	return s.step(client.Event{Kind: client.Received, Conn: c, Message: m})
}

// connect establishes a connection that neighbour n dialed, which says that the dictionary has a
// length, and returns what follows its extension handshake.
func (s *script) connect(c client.ConnID, n byte, size int64) string {
	s.step(client.Event{Kind: client.Opened, Conn: c, Addr: addr(n)})
	s.receive(c, s.handshake(n))
	return s.receive(c, theirHandshake(size))
}

func (s *script) handshake(n byte) client.Message {
	theirs := id(n)
	return client.Message{Kind: client.Handshake, Index: client.SpeaksExtensions, Data: append(bytes.Clone(s.f.cfg.InfoHash[:]), theirs[:]...)}
}

func theirHandshake(size int64) client.Message {
	h := extension.Handshake{MetadataSize: size, IDs: extension.IDs{extension.Metadata: 7, extension.PEX: 8}}
	return client.Message{Kind: client.Extended, Data: h.Append([]byte{extension.HandshakeID})}
}

// data passes a piece of a dictionary from a neighbour to the Fetcher.
func (s *script) data(c client.ConnID, info []byte, piece int) string {
	begin := piece * extension.MetadataPiece
	return s.metadata(c, extension.MetadataMessage{Type: extension.MetadataData, Piece: uint32(piece), TotalSize: int64(len(info)),
		Data: info[begin:min(begin+extension.MetadataPiece, len(info))]})
}

func (s *script) metadata(c client.ConnID, m extension.MetadataMessage) string {
	return s.receive(c, client.Message{Kind: client.Extended, Data: m.Append([]byte{extension.Metadata.LocalID()})})
}

// BEP 9, from the tracker to the dictionary, of one neighbour that was dialed and one that dialed.
func TestFetch(t *testing.T) {
	info := infoOf(threePieces)
	s := newScript(t, info, func(c *Config) { c.Trackers = 0 })
	s.f.trackers = make([]tracker, 2)
	s.expect(s.advance(time.Second), "announce started to 0, announce started to 1")
	reply := &client.AnnounceReply{Interval: time.Hour, Peers: []netip.AddrPort{addr(9), addr(9)}}
	s.expect(s.step(client.Event{Kind: client.Announced, Tracker: 1, Reply: reply}), "dial 10.0.0.9")
	s.expect(s.step(client.Event{Kind: client.Opened, Conn: 0, Addr: addr(9), Dialed: true}), "0: handshake")
	s.expect(s.receive(0, s.handshake(9)), "0: extended")
	s.expect(s.receive(0, client.Message{Kind: client.HaveAll}), "") // what a seed says first
	s.expect(s.receive(0, theirHandshake(threePieces)), "0: get 0, 0: get 1, 0: get 2")
	s.expect(s.data(0, info, 0), "")
	if done, total := s.f.Progress(); done != extension.MetadataPiece || total != threePieces {
		t.Errorf("%d of %d bytes", done, total)
	}
	s.expect(s.connect(1, 8, threePieces), "")
	s.expect(s.advance(4*time.Second), "1: get 1") // it is idle, and this piece has been requested for a while
	s.expect(s.data(1, info, 1), "1: get 2")
	s.expect(s.data(0, info, 2), "0: hang up, 1: hang up")
	if !bytes.Equal(s.f.Info(), info) || s.f.NextTick() != client.Never {
		t.Errorf("%d bytes, next tick at %v", len(s.f.Info()), s.f.NextTick())
	}
	if got := s.f.Peers(); len(got) != 1 || got[0] != addr(9) {
		t.Errorf("peers %v", got)
	}
	s.expect(s.step(client.Event{Kind: client.Opened, Conn: 0, Addr: addr(7)}), "0: hang up")
}

// BEP 52: the handshake has the first 20 bytes of the hash of version 2, the dictionary all of them.
// That of a hybrid has both hashes.
func TestHashOfVersion2(t *testing.T) {
	info := infoOf(100)
	v2 := sha256.Sum256(info)
	other := sha256.Sum256(nil)
	for _, x := range []struct {
		hash [20]byte
		v2   [32]byte
		ok   bool
	}{{[20]byte(v2[:20]), v2, true}, {sha1.Sum(info), v2, true}, {sha1.Sum(nil), v2, false}, {sha1.Sum(info), other, false}} {
		s := newScript(t, info, func(c *Config) { c.InfoHash, c.V2 = x.hash, &x.v2 })
		s.expect(s.connect(0, 9, 100), "0: get 0")
		s.expect(s.data(0, info, 0), "0: hang up")
		if got := s.f.Info() != nil; got != x.ok {
			t.Errorf("%x and %x: accepted %v", x.hash, x.v2, got)
		}
	}
}

// A connection ends where the other side has another torrent, is this peer, does not speak the
// extension protocol, or breaks it.
func TestUselessConnectionsEnd(t *testing.T) {
	s := newScript(t, infoOf(100), nil)
	hash := s.f.cfg.InfoHash
	plain := s.handshake(9)
	plain.Index = 0
	wrong := s.handshake(9)
	wrong.Data[0]++
	for name, m := range map[string]client.Message{
		"another torrent": wrong, "itself": s.handshake(5), "no extensions": plain, "no handshake": {Kind: client.Choke},
		"short": {Kind: client.Handshake, Data: hash[:]},
	} {
		s.step(client.Event{Kind: client.Opened, Conn: 0, Addr: addr(9)})
		if got := s.receive(0, m); got != "0: hang up" {
			t.Errorf("%s: %s", name, got)
		}
	}
	s.expect(s.connect(0, 9, DefaultMaxSize+1), "0: hang up") // huge
	s.expect(s.connect(0, 9, 0), "")                          // it does not have the dictionary either
	s.expect(s.receive(0, client.Message{Kind: client.Extended, Data: []byte("\x00d")}), "0: hang up")
	s.connect(0, 9, 100)
	short := extension.MetadataMessage{Type: extension.MetadataData, Data: make([]byte, 99)}
	s.expect(s.metadata(0, short), "0: hang up")
	s.step(client.Event{Kind: client.Opened, Conn: 0, Addr: addr(9)})
	s.expect(s.advance(handshakeTimeout+time.Second), "0: hang up") // says nothing
}

// BEP 9: after a reject another neighbour is asked; requests of others are rejected.
func TestRejects(t *testing.T) {
	info := infoOf(100)
	s := newScript(t, info, nil)
	s.expect(s.connect(0, 9, 100), "0: get 0")
	s.expect(s.metadata(0, extension.MetadataMessage{Type: extension.MetadataReject}), "")
	s.expect(s.metadata(0, extension.MetadataMessage{Type: extension.MetadataRequest, Piece: 3}), "0: reject 3")
	s.expect(s.connect(1, 8, 100), "1: get 0")
	s.expect(s.data(1, info, 0), "0: hang up, 1: hang up")

	s = newScript(t, info, nil) // the only neighbour is asked again after a pause
	s.connect(0, 9, 100)
	s.metadata(0, extension.MetadataMessage{Type: extension.MetadataReject})
	s.expect(s.advance(rejectPause+time.Second), "0: get 0")
}

// A neighbour that does not answer is given up; others are asked meanwhile.
func TestSilentNeighbourIsGivenUp(t *testing.T) {
	s := newScript(t, infoOf(100), nil)
	s.expect(s.connect(0, 9, 100), "0: get 0")
	s.expect(s.advance(requestTimeout), "")
	s.expect(s.advance(time.Second), "0: get 0")
	s.expect(s.advance(3*requestTimeout), "0: get 0, 0: hang up")
	s.connect(0, 9, 100)
	s.connect(1, 8, 100)
	s.expect(s.advance(duplicateAfter+time.Second), "1: get 0")
}

// The length that most neighbours name is tried first, then the others.
func TestLengthsOfSeveralNeighbours(t *testing.T) {
	info := infoOf(100)
	s := newScript(t, info, nil)
	s.expect(s.connect(0, 10, 90), "0: get 0")
	s.expect(s.connect(1, 9, 100), "")
	s.expect(s.connect(2, 8, 100), "")
	s.expect(s.step(client.Event{Kind: client.Closed, Conn: 0}), "1: get 0")
	s.expect(s.data(1, info, 0), "1: hang up, 2: hang up")

	s = newScript(t, info, nil) // the one that lies does not even answer
	s.expect(s.connect(0, 10, 90), "0: get 0")
	s.expect(s.connect(1, 9, 100), "")
	s.expect(s.advance(requestTimeout+time.Second), "1: get 0")
}

// A dictionary that does not match is blamed on its only sender, which is banned.
func TestWrongDictionaryFromOneNeighbour(t *testing.T) {
	info, bad := infoOf(100), make([]byte, 100)
	s := newScript(t, info, nil)
	s.expect(s.connect(0, 10, 100), "0: get 0")
	s.expect(s.connect(1, 9, 100), "")
	s.expect(s.data(0, bad, 0), "0: hang up, 1: get 0")
	s.step(client.Event{Kind: client.Opened, Conn: 0, Addr: addr(10)})
	s.expect(s.receive(0, s.handshake(10)), "0: hang up")
	s.expect(s.data(1, info, 0), "1: hang up")
	if s.f.Info() == nil {
		t.Error("there is no dictionary")
	}
	for n := range byte(maxBanned) { // peers of an address that all lie exclude the address
		s.f.book.banned = append(s.f.book.banned, banned{addr(7).Addr(), id(50 + n)})
	}
	if !s.f.book.isBanned(addr(7).Addr(), id(99)) {
		t.Error("a further peer of the address is accepted")
	}
}

// If several neighbours have sent a dictionary that does not match, it is fetched from one after
// the other, so that the liar is found.
func TestWrongDictionaryFromSeveralNeighbours(t *testing.T) {
	info, bad := infoOf(threePieces), make([]byte, threePieces)
	s := newScript(t, info, nil)
	s.connect(0, 10, threePieces)
	s.connect(1, 9, threePieces)
	s.data(0, bad, 0)
	s.advance(4 * time.Second)
	s.data(1, info, 1)
	s.expect(s.data(0, bad, 2), "0: get 0, 0: get 1, 0: get 2")
	s.data(0, bad, 0)
	s.data(0, bad, 1)
	s.expect(s.data(0, bad, 2), "0: hang up, 1: get 0, 1: get 1, 1: get 2")
	s.data(1, info, 0)
	s.data(1, info, 1)
	s.expect(s.data(1, info, 2), "1: hang up")
	if !bytes.Equal(s.f.Info(), info) {
		t.Error("there is no dictionary")
	}
}

// BEP 11: addresses from neighbours are dialed, but not loopback ones from elsewhere.
func TestExchangedPeersAreDialed(t *testing.T) {
	s := newScript(t, infoOf(100), nil)
	s.connect(0, 9, 0)
	x := extension.PeerExchange{Added: []extension.Peer{{Addr: addr(20)}, {Addr: netip.MustParseAddrPort("127.0.0.1:80")}, {Addr: netip.MustParseAddrPort("10.0.0.1:0")}}}
	m := client.Message{Kind: client.Extended, Data: x.Append([]byte{extension.PEX.LocalID()})}
	s.expect(s.receive(0, m), "dial 10.0.0.20")
	s.expect(s.step(client.Event{Kind: client.DialFailed, Addr: addr(20)}), "")
	s.expect(s.advance(redial+time.Second), "dial 10.0.0.20")
	found := &client.AnnounceReply{Peers: []netip.AddrPort{addr(21)}}
	s.expect(s.step(client.Event{Kind: client.PeersFound, Source: client.FromDHT, Reply: found}), "dial 10.0.0.21")
}

// A tracker that fails is asked again, later each time; one that has answered is told at the end.
func TestTrackers(t *testing.T) {
	s := newScript(t, infoOf(100), func(c *Config) { c.Trackers = 2 })
	s.step(client.Event{Kind: client.Announced, Tracker: 0, Reply: &client.AnnounceReply{Interval: 30 * time.Minute}})
	s.step(client.Event{Kind: client.AnnounceFailed, Tracker: 1})
	s.expect(s.advance(20*time.Second), "announce started to 1")
	s.step(client.Event{Kind: client.AnnounceFailed, Tracker: 1})
	s.expect(s.advance(20*time.Second), "")
	s.expect(s.advance(20*time.Second), "announce started to 1")
	s.expect(s.step(client.Event{Kind: client.Leave}), "announce stopped to 0")
	if s.f.NextTick() != client.Never {
		t.Error("it goes on")
	}
}
