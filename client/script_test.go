package client

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"swarmsim/client/assign"
	"swarmsim/client/backlog"
	"swarmsim/client/choke"
	"swarmsim/client/pick"
	"swarmsim/client/pieces"
)

// script drives one peer by hand: it feeds events and compares what the peer
// answers, written out as lines.
type script struct {
	t    *testing.T
	peer *Peer
	now  time.Duration
	out  []Action
}

func strategies(choker, seedChoker, picker string) (c, s choke.Choker, p pick.Picker) {
	for _, x := range choke.Strategies() {
		if x.Name == choker {
			c = x.New(x.Defaults())
		}
		if x.Name == seedChoker {
			s = x.New(x.Defaults())
		}
	}
	for _, x := range pick.Strategies() {
		if x.Name == picker {
			p = x.New(x.Defaults())
		}
	}
	return c, s, p
}

func assignment(name string) assign.Rule { return assign.Rules().NewDefault(name) }

func loopNamed(name string) Loop { return Loops().NewDefault(name) }

func endGame(name string) assign.EndGame { return assign.EndGames().NewDefault(name) }

// always keeps so many requests in flight.
type always int

func (n always) NewRequests(_ *backlog.Pace, s backlog.Input) int {
	if s.Trigger == backlog.PieceCompleted {
		return 0
	}
	return int(n) - s.Outstanding
}
func (always) Added(*backlog.Pace, int) {}

// newScript starts a peer with pieces of two blocks.
func newScript(t *testing.T, count int, complete bool, change func(*Config)) *script {
	t.Helper()
	settings := DefaultSettings()
	c := Config{
		Torrent: &Torrent{InfoHash: [20]byte{1}, Layout: pieces.Layout{Length: int64(count) * 2 * BlockSize, PieceLength: 2 * BlockSize}},
		ID:      id(5), Complete: complete, Store: &testStore{}, Rand: rand.New(rand.NewPCG(1, 2)), Settings: &settings,
	}
	c.Backlog = always(2)
	c.Loop, c.Assign, c.EndGame = loopNamed("immediate"), assignment("strict"), endGame("single-duplicate")
	c.Choker, c.SeedChoker, c.Picker = strategies("tit-for-tat", "round-robin", "sequential")
	if change != nil {
		change(&c)
	}
	s := &script{t: t, peer: New(c)}
	s.do(Event{Kind: Tick})
	s.do(Event{Kind: Announced, Reply: &AnnounceReply{Interval: 30 * time.Minute, MinInterval: time.Minute}})
	return s
}

func id(n byte) PeerID { return PeerID{0: 'p', 19: n} }

func addr(n byte) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, n}), 6881)
}

func (s *script) do(e Event) []string {
	s.out = s.peer.Step(s.now, &e, s.out[:0])
	s.balance()
	return said(s.out)
}

func said(actions []Action) []string {
	var out []string
	for _, a := range actions {
		switch a.Kind {
		case Send:
			m := a.Message
			line := fmt.Sprintf("%d: %v", a.Conn, m.Kind)
			switch m.Kind {
			case Have, Suggest, AllowedFast:
				line += fmt.Sprintf(" %d", m.Index)
			case Request, Cancel, Piece, Reject:
				line += fmt.Sprintf(" %d/%d", m.Index, m.Begin/BlockSize)
			}
			out = append(out, line)
		case HangUp:
			out = append(out, fmt.Sprintf("%d: hang up", a.Conn))
		case Dial:
			out = append(out, fmt.Sprintf("dial %v", a.Addr.Addr()))
		case Announce:
			out = append(out, fmt.Sprintf("announce %v", [...]string{"", "started", "completed", "stopped"}[a.Announce]))
		}
	}
	return out
}

// expect compares lines, written one after another with commas.
func (s *script) expect(got []string, want string) {
	s.t.Helper()
	if text := strings.Join(got, ", "); text != want {
		s.t.Errorf("at %v:\n got %s\nwant %s", s.now, text, want)
	}
}

// meet brings up a connection that neighbour n dialed, with what it has.
func (s *script) meet(c ConnID, n byte, bits ...byte) []string {
	out := s.do(Event{Kind: Opened, Conn: c, Addr: addr(n)})
	h := handshake(s.peer.torrent, id(n), false)
	out = append(out, s.say(c, h)...)
	if bits != nil {
		out = append(out, s.say(c, Message{Kind: Bitfield, Data: bits})...)
	}
	return out
}

func (s *script) say(c ConnID, m Message) []string {
	return s.do(Event{Kind: Received, Conn: c, Message: m})
}

// sayBlock has a neighbour send a block, which may be corrupt.
func (s *script) sayBlock(c ConnID, m Message, corrupt bool) []string {
	store := s.peer.cfg.Store.(*testStore)
	store.corruptNext = corrupt
	defer func() { store.corruptNext = false }()
	return s.say(c, m)
}

// testStore is a store of virtual content that remembers which pieces have a corrupt block.
type testStore struct {
	corrupt     map[uint32]bool
	corruptNext bool
}

func (*testStore) Read(_, _, _ uint32) []byte { return nil }

func (s *testStore) Write(piece, _ uint32, _ []byte) {
	if s.corrupt == nil {
		s.corrupt = map[uint32]bool{}
	}
	s.corrupt[piece] = s.corrupt[piece] || s.corruptNext
}

func (s *testStore) Verify(piece uint32) bool {
	good := !s.corrupt[piece]
	delete(s.corrupt, piece)
	return good
}

func (s *script) blockFrom(c ConnID, piece, block uint32) []string {
	return s.say(c, Message{Kind: Piece, Index: piece, Begin: block * BlockSize, Length: BlockSize})
}

// wait lets time pass with the ticks that the peer asks for, and returns what
// it said meanwhile.
func (s *script) wait(d time.Duration) []string {
	var out []string
	end := s.now + d
	for s.peer.NextTick() <= end {
		s.now = s.peer.NextTick()
		out = append(out, s.do(Event{Kind: Tick})...)
	}
	s.now = end
	return out
}

func without(lines []string, word string) []string {
	var out []string
	for _, l := range lines {
		if !strings.Contains(l, word) {
			out = append(out, l)
		}
	}
	return out
}
