package client

import (
	"fmt"
	"math/bits"
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

// script plays one peer: it feeds events to it and compares the actions that it returns, which are
// written as text. Most tests of this package are scripts:
//
//	s := newScript(t, 2, false, nil)                            // a leecher of two pieces
//	s.connect(0, 9, 0xc0)                                       // neighbour 9 has both
//	s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
//	s.expect(s.advance(2*time.Minute), "0: keep-alive")
//
// "0: request 1/0" is a REQUEST on connection 0 for block 0 of piece 1. A piece has two blocks, and
// the peer keeps two requests outstanding and picks pieces in order, unless a test changes that.
// Time passes only in advance, or where a test sets now.
type script struct {
	t    *testing.T
	peer *Peer
	now  time.Duration
	out  []Action // of the last step
}

// newScript starts a peer with a torrent of count pieces, which has all or none of them, and lets
// its first announce succeed. change may change the configuration; nil leaves it as it is.
func newScript(t *testing.T, count int, complete bool, change func(*Config)) *script {
	t.Helper()
	settings := DefaultSettings()
	layout := pieces.Layout{Length: int64(count) * 2 * BlockSize, PieceLength: 2 * BlockSize}
	c := Config{
		Torrent:  &Torrent{InfoHash: [20]byte{1}, Layout: layout},
		ID:       id(5),
		Complete: complete,
		Store:    &testStore{},
		Rand:     rand.New(rand.NewPCG(1, 2)),
		Settings: &settings,
		Backlog:  fixedBacklog(2),
		Loop:     loopNamed("immediate"),
		Assign:   assignment("strict"),
		EndGame:  endGame("single-duplicate"),
	}
	c.Choker, c.SeedChoker, c.Picker = strategies("tit-for-tat", "round-robin", "sequential")
	if change != nil {
		change(&c)
	}
	s := &script{t: t, peer: New(c)}
	s.step(Event{Kind: Tick})
	s.step(Event{Kind: Announced, Reply: &AnnounceReply{Interval: 30 * time.Minute, MinInterval: time.Minute}})
	return s
}

// step passes an event to the peer and returns its actions as text.
func (s *script) step(e Event) []string {
	s.out = s.peer.Step(s.now, &e, s.out[:0])
	s.checkCounts()
	return describe(s.out)
}

// advance lets time pass, with the ticks that the peer asks for, and returns its actions meanwhile.
func (s *script) advance(d time.Duration) []string {
	var out []string
	end := s.now + d
	for s.peer.NextTick() <= end {
		s.now = s.peer.NextTick()
		out = append(out, s.step(Event{Kind: Tick})...)
	}
	s.now = end
	return out
}

// connect establishes a connection that neighbour n dialed. bits is its bitfield; without bits it
// sends none.
func (s *script) connect(c ConnID, n byte, bits ...byte) []string {
	return s.connectWith(c, n, handshake(s.peer.torrent, id(n), false), bits)
}

// connectFast is connect for a neighbour that supports the fast extension.
func (s *script) connectFast(c ConnID, n byte, bits ...byte) []string {
	return s.connectWith(c, n, handshake(s.peer.torrent, id(n), true), bits)
}

// connectWith establishes a connection that neighbour n dialed, with the given handshake and
// bitfield.
func (s *script) connectWith(c ConnID, n byte, handshake Message, bits []byte) []string {
	out := s.step(Event{Kind: Opened, Conn: c, Addr: addr(n)})
	out = append(out, s.receive(c, handshake)...)
	if bits != nil {
		out = append(out, s.receive(c, Message{Kind: Bitfield, Data: bits})...)
	}
	return out
}

// receive passes a message from a neighbour to the peer.
func (s *script) receive(c ConnID, m Message) []string {
	return s.step(Event{Kind: Received, Conn: c, Message: m})
}

// receiveHave passes a HAVE from a neighbour to the peer.
func (s *script) receiveHave(c ConnID, piece int) []string {
	return s.receive(c, Message{Kind: Have, Index: uint32(piece)})
}

// receiveRequest passes a request for a block from a neighbour to the peer.
func (s *script) receiveRequest(c ConnID, piece, block int) []string {
	return s.receive(c, requestFor(uint32(piece), uint32(block)))
}

// receiveBlock passes a block from a neighbour to the peer.
func (s *script) receiveBlock(c ConnID, piece, block uint32) []string {
	return s.receive(c, Message{Kind: Piece, Index: piece, Begin: block * BlockSize, Length: BlockSize})
}

// receiveMaybeCorrupt is receive for a message with a block, whose piece fails verification if it
// is corrupt.
func (s *script) receiveMaybeCorrupt(c ConnID, m Message, corrupt bool) []string {
	store := s.peer.cfg.Store.(*testStore)
	store.corruptNext = corrupt
	defer func() { store.corruptNext = false }()
	return s.receive(c, m)
}

// blockSent passes to the peer the event that the network has taken a block to a neighbour.
func (s *script) blockSent(c ConnID) []string {
	return s.step(Event{Kind: Sent, Conn: c, Message: Message{Kind: Piece, Length: BlockSize}})
}

// expect compares actions with the wanted text, in which commas separate them.
func (s *script) expect(got []string, want string) {
	s.t.Helper()
	if text := strings.Join(got, ", "); text != want {
		s.t.Errorf("at %v:\n got %s\nwant %s", s.now, text, want)
	}
}

// without returns the lines that do not contain a word.
func without(lines []string, word string) []string {
	var out []string
	for _, l := range lines {
		if !strings.Contains(l, word) {
			out = append(out, l)
		}
	}
	return out
}

// describe writes actions as text.
func describe(actions []Action) []string {
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
			event := [...]string{"", "started", "completed", "stopped"}[a.Announce]
			line := fmt.Sprintf("announce %v", event)
			if a.Tracker > 0 {
				line += fmt.Sprintf(" to tracker %d", a.Tracker)
			}
			out = append(out, line)
		}
	}
	return out
}

// checkCounts recounts the numbers that the peer updates with each event: the pieces of each
// neighbour, and those of the piece table. Every step ends with it.
func (s *script) checkCounts() {
	s.t.Helper()
	p := s.peer
	var slots []int
	var requests []*pieces.Requests
	for _, id := range p.established {
		c := &p.conns[id]
		slots, requests = append(slots, int(id)), append(requests, &c.requests)
		has, missing := 0, 0
		for i, w := range p.pieces.Neighbour(int(id)) {
			has += bits.OnesCount64(w)
			for ; w != 0; w &= w - 1 {
				if p.pieces.Lacks(i*64 + bits.TrailingZeros64(w)) {
					missing++
				}
			}
		}
		if has != int(c.haveCount) || missing != int(c.missing) {
			s.t.Errorf("at %v: %d has %d pieces, of which this peer lacks %d, and the counts are %d and %d",
				s.now, id, has, missing, c.haveCount, c.missing)
		}
	}
	if err := p.pieces.Check(slots, requests); err != nil {
		s.t.Errorf("at %v: %v", s.now, err)
	}
}

// testStore stores no content. It remembers which pieces were sent a corrupt block since they were
// last verified.
type testStore struct {
	corrupt     map[uint32]bool
	corruptNext bool // the next block is corrupt
}

func (*testStore) Read(BlockRef) ([]byte, bool) { return nil, true }

func (s *testStore) Write(piece, _ uint32, _ []byte) {
	if s.corrupt == nil {
		s.corrupt = map[uint32]bool{}
	}
	s.corrupt[piece] = s.corrupt[piece] || s.corruptNext
}

func (s *testStore) Verify(piece uint32) Verdict {
	good := !s.corrupt[piece]
	delete(s.corrupt, piece)
	return VerdictOf(good)
}

// id is the peer ID of neighbour n. The peer of a script has id(5).
func id(n byte) PeerID { return PeerID{0: 'p', 19: n} }

// addr is the address of neighbour n.
func addr(n byte) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, n}), 6881)
}

// requestFor is a REQUEST for a whole block.
func requestFor(piece, block uint32) Message {
	return Message{Kind: Request, Index: piece, Begin: block * BlockSize, Length: BlockSize}
}

// fixedBacklog is a backlog rule that keeps a fixed number of requests outstanding.
type fixedBacklog int

func (n fixedBacklog) NewRequests(_ *backlog.Pace, s backlog.Input) int {
	if s.Trigger == backlog.PieceCompleted {
		return 0
	}
	return int(n) - s.Outstanding
}

func (fixedBacklog) Added(*backlog.Pace, int) {}

// strategies returns the chokers and the picker of the given names, with their defaults.
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

func backlogRule(name string) backlog.Rule {
	for _, x := range backlog.Strategies() {
		if x.Name == name {
			return x.New(x.Defaults())
		}
	}
	return nil
}

func assignment(name string) assign.Rule { return assign.Rules().NewDefault(name) }

func loopNamed(name string) Loop { return Loops().NewDefault(name) }

func endGame(name string) assign.EndGame { return assign.EndGames().NewDefault(name) }
