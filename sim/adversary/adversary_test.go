package adversary

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/assign"
	"swarmsim/client/backlog"
	"swarmsim/client/choke"
	"swarmsim/client/pick"
	"swarmsim/client/pieces"
)

// script drives a peer with an adversary around it by hand: it passes events and compares what is
// sent, as lines.
type script struct {
	t         *testing.T
	adversary *Adversary
	torrent   *client.Torrent
	now       time.Duration
	out       []client.Action
}

// store is a store of virtual content.
type store struct{}

func (store) Read(client.BlockRef) ([]byte, bool) { return nil, true }
func (store) Write(_, _ uint32, _ []byte)         {}
func (store) Verify(uint32) client.Verdict        { return client.Good }

// newScript starts a peer with pieces of two blocks.
func newScript(t *testing.T, count int, complete bool, b Behaviour) *script {
	t.Helper()
	torrent := &client.Torrent{Layout: pieces.Layout{
		Length: int64(count) * 2 * client.BlockSize, PieceLength: 2 * client.BlockSize,
	}}
	settings := client.DefaultSettings()
	settings.Fast.Enabled = true
	p := client.New(client.Config{
		Torrent:    torrent,
		ID:         client.PeerID{1},
		Complete:   complete,
		Store:      store{},
		Rand:       rand.New(rand.NewPCG(1, 2)),
		Choker:     choke.Strategies().NewDefault("tit-for-tat"),
		SeedChoker: choke.Strategies().NewDefault("round-robin"),
		Picker:     pick.Strategies().NewDefault("sequential"),
		Backlog:    backlog.Strategies().NewDefault("fixed"),
		Assign:     assign.Rules().NewDefault("strict"),
		EndGame:    assign.EndGames().NewDefault("off"),
		Loop:       client.Loops().NewDefault("immediate"),
		Settings:   &settings,
	})
	s := &script{t: t, torrent: torrent, adversary: New(p, b, torrent, false, rand.New(rand.NewPCG(3, 4)))}
	s.do(client.Event{Kind: client.Tick})
	s.do(client.Event{Kind: client.Announced, Reply: &client.AnnounceReply{Interval: time.Hour, MinInterval: time.Minute}})
	return s
}

func (s *script) do(e client.Event) []string {
	s.out = s.adversary.Step(s.now, &e, s.out[:0])
	var lines []string
	for i, a := range s.out {
		m := &a.Message
		switch {
		case a.Kind == client.HangUp:
			lines = append(lines, "hang up")
		case a.Kind != client.Send:
		case m.Kind == client.Piece || m.Kind == client.Reject:
			line := fmt.Sprintf("%v %d/%d", m.Kind, m.Index, m.Begin/client.BlockSize)
			if s.adversary.IsCorrupt(i) {
				line += " corrupt"
			}
			lines = append(lines, line)
		case m.Kind == client.Have:
			lines = append(lines, fmt.Sprintf("have %d", m.Index))
		case m.Kind == client.Bitfield:
			lines = append(lines, fmt.Sprintf("bitfield %08b", m.Data))
		default:
			lines = append(lines, m.Kind.String())
		}
	}
	return lines
}

func (s *script) say(m client.Message) []string {
	return s.do(client.Event{Kind: client.Received, Conn: 0, Message: m})
}

// meet connects a neighbour, with the fast extension or without.
func (s *script) meet(fast bool) []string {
	s.do(client.Event{Kind: client.Opened, Conn: 0, Addr: netip.MustParseAddrPort("10.0.0.8:6881")})
	h := client.Message{Kind: client.Handshake, Data: append(s.torrent.InfoHash[:], make([]byte, 20)...)}
	if h.Data[39] = 8; fast {
		h.Index = client.SpeaksFast
	}
	return s.say(h)
}

// request has the neighbour request the first block of a piece.
func (s *script) request(piece uint32) []string {
	return s.say(client.Message{Kind: client.Request, Index: piece, Length: client.BlockSize})
}

// sent reports that the network has taken a block.
func (s *script) sent() []string {
	m := client.Message{Kind: client.Piece, Length: client.BlockSize}
	return s.do(client.Event{Kind: client.Sent, Conn: 0, Message: m})
}

func (s *script) expect(got []string, want string) {
	s.t.Helper()
	if text := strings.Join(got, ", "); text != want {
		s.t.Errorf("at %v:\n got %s\nwant %s", s.now, text, want)
	}
}

// claimed and hidden are the pieces of the scripts below, in the bits of a bitfield of eight.
const claimed, hidden = 0b01100000, 0b00010001

// set replaces the drawn pieces of the adversary.
func (s *script) set(claimed, hidden byte) {
	read := func(bits byte) pieces.Bitset {
		out := pieces.NewBitset(8)
		out.Read([]byte{bits}, 8)
		return out
	}
	s.adversary.claimed, s.adversary.hidden = read(claimed), read(hidden)
}

// A peer without pieces shows those that it claims: in place of HAVE NONE to a neighbour with the
// fast extension (BEP 6), and as a bitfield where an honest peer sends none to another (BEP 3).
func TestClaimedPiecesAreInTheBitfield(t *testing.T) {
	for _, fast := range []bool{true, false} {
		s := newScript(t, 8, false, Behaviour{OverReport: 0.5})
		s.set(claimed, 0)
		s.expect(s.meet(fast), "handshake, bitfield [01100000]")
	}
}

// A seed that hides pieces sends a bitfield without them in place of HAVE ALL, and nothing more.
func TestHiddenPiecesAreNotInTheBitfield(t *testing.T) {
	for _, fast := range []bool{true, false} {
		s := newScript(t, 8, true, Behaviour{UnderReport: 0.5})
		s.set(0, hidden)
		s.expect(s.meet(fast), "handshake, bitfield [11101110]")
	}
}

// A peer with other misbehaviour announces its pieces as an honest one does.
func TestHonestAnnouncements(t *testing.T) {
	for complete, want := range map[bool]string{true: "handshake, have all", false: "handshake, have none"} {
		s := newScript(t, 8, complete, Behaviour{Corrupt: 0.5})
		s.expect(s.meet(true), want)
	}
}

// A piece that is completed is announced, unless it is hidden.
func TestHiddenPiecesAreNotAnnounced(t *testing.T) {
	s := newScript(t, 8, false, Behaviour{UnderReport: 0.5})
	s.set(0, hidden)
	s.meet(true)
	s.say(client.Message{Kind: client.HaveAll})
	s.say(client.Message{Kind: client.Unchoke})
	var haves []string
	for piece := range uint32(5) {
		for block := range uint32(2) {
			for _, line := range s.say(client.Message{
				Kind: client.Piece, Index: piece, Begin: block * client.BlockSize, Length: client.BlockSize,
			}) {
				if strings.HasPrefix(line, "have") {
					haves = append(haves, line)
				}
			}
		}
	}
	s.expect(haves, "have 0, have 1, have 2, have 4")
}

// A request for a claimed piece is answered as the behaviour says; the client does not see it.
func TestRepliesForClaimedPieces(t *testing.T) {
	for _, c := range []struct {
		reply Reply
		fast  bool
		want  string
	}{
		{Silence, true, ""},
		{Reject, true, "reject 1/0"},
		{Reject, false, ""}, // there is no such message
		{Garbage, true, "piece 1/0 corrupt"},
		{Garbage, false, "piece 1/0 corrupt"},
	} {
		s := newScript(t, 8, false, Behaviour{OverReport: 0.5, Reply: c.reply})
		s.set(claimed, 0)
		s.meet(c.fast)
		s.say(client.Message{Kind: client.Interested})
		s.expect(s.request(1), c.want)
		if c.reply == Garbage {
			s.expect(s.request(2), "") // one at a time
			s.expect(s.sent(), "piece 2/0 corrupt")
			s.expect(s.sent(), "")
			if n := s.adversary.Counters(); n.BlocksSent != 2 || n.CorruptSent != 2 {
				t.Errorf("%+v after two blocks", n)
			}
		}
	}
}

// Garbage is for unchoked neighbours. A choke rejects what is requested (BEP 6).
func TestNoGarbageWhileChoking(t *testing.T) {
	s := newScript(t, 8, false, Behaviour{OverReport: 0.5, Reply: Garbage})
	s.set(claimed, 0)
	s.meet(true)
	s.expect(s.request(1), "reject 1/0")
	s.say(client.Message{Kind: client.Interested})
	s.request(1)
	s.request(2)
	s.expect(s.say(client.Message{Kind: client.NotInterested}), "reject 2/0, choke")
}

// Blocks to a neighbour wait for its rate limit: 16 KiB/s here, a block a second. What it did not
// use in the second before may be used at once, so that two blocks are sent at the start.
func TestRateLimit(t *testing.T) {
	s := newScript(t, 8, true, Behaviour{PeerRate: client.BlockSize})
	s.meet(true)
	for s.now < time.Minute {
		s.now = s.adversary.NextTick()
		s.do(client.Event{Kind: client.Tick})
	}
	s.expect(s.say(client.Message{Kind: client.Interested}), "unchoke")
	start := s.now
	var times []time.Duration
	note := func(lines []string) {
		for len(lines) > 0 && strings.HasPrefix(lines[0], "piece") {
			times = append(times, s.now-start)
			lines = s.sent()
		}
	}
	for piece := range uint32(6) {
		note(s.request(piece))
	}
	for len(times) < 6 && s.now < start+time.Minute {
		s.now = s.adversary.NextTick()
		note(s.do(client.Event{Kind: client.Tick}))
	}
	if got := fmt.Sprint(times); got != "[0s 0s 1s 2s 3s 4s]" {
		t.Errorf("blocks were sent after %s", got)
	}
}

// A block that is spoiled on purpose is marked, and only that: real content is changed in a copy.
func TestCorruptBlocksAreMarked(t *testing.T) {
	s := newScript(t, 8, true, Behaviour{Corrupt: 1})
	s.meet(true)
	s.say(client.Message{Kind: client.Interested})
	s.expect(s.request(3), "piece 3/0 corrupt")
	if n := s.adversary.Counters().CorruptSent; n != 1 {
		t.Errorf("%d blocks were sent corrupt, want 1", n)
	}
	data := []byte{1, 2}
	out := []client.Action{{Kind: client.Send, Message: client.Message{Kind: client.Piece, Data: data}}}
	s.adversary.spoil(out)
	if got := out[0].Message.Data; got[0] == 1 || got[1] != 2 || data[0] != 1 {
		t.Errorf("%v was sent in place of %v", got, data)
	}
}
