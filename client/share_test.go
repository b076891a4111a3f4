package client

import (
	"slices"
	"testing"

	"swarmsim/client/backlog"
	"swarmsim/client/pick"
)

// The pieces that files begin and end with come before rarer ones.
func TestEndsFirst(t *testing.T) {
	s := newScript(t, 8, false, func(c *Config) {
		c.Torrent.Files = []int64{3 * 2 * BlockSize, 1, 5*2*BlockSize - 1}
		c.Settings.Requests.FileEndsFirst, c.Assign = true, assignment("fewest-open")
		c.Picker = rarestAtOnce()
		c.Backlog = wholePieces{}
	})
	s.meet(0, 8, 0xff)
	s.meet(1, 9, 0x94) // 0, 3 and 5 have two copies
	s.say(0, Message{Kind: Unchoke})
	var order []uint32
	for _, a := range s.out {
		if a.Message.Kind == Request && a.Message.Begin == 0 {
			order = append(order, a.Message.Index)
		}
	}
	if len(order) != 8 {
		t.Fatalf("asked for %v, want every piece", order)
	}
	if ends := slices.Sorted(slices.Values(order[:4])); !slices.Equal(ends, []uint32{0, 2, 3, 7}) {
		t.Errorf("asked for %v first, want the ends of the files: 0 2 3 7", order[:4])
	}
	if order[7] != 5 {
		t.Errorf("asked for %d last, want 5, which has the most copies", order[7])
	}
}

// rarestAtOnce looks at rarity from the first piece on.
func rarestAtOnce() pick.Picker {
	for _, s := range pick.Strategies() {
		if s.Name == "rarest-first" {
			return s.New(&pick.RarestFirst{})
		}
	}
	return nil
}

// wholePieces asks for all there is.
type wholePieces struct{ backlog.Rule }

func (wholePieces) NewRequests(_ *backlog.Pace, s backlog.Input) int { return 16 - s.Outstanding }
func (wholePieces) Added(*backlog.Pace, int)                         {}

// What comes at a moment is counted for a backlog rule that looks at it: two blocks of
// six in one go, and twice as many are asked for.
func TestBlocksAreCountedForRulesThatLook(t *testing.T) {
	s := newScript(t, 8, false, func(c *Config) {
		for _, x := range backlog.Strategies() {
			if x.Name == "bursts" {
				c.Backlog = x.New(x.Defaults())
			}
		}
	})
	s.meet(0, 8, 0xff)
	for i, requests := range []int{len(s.say(0, Message{Kind: Unchoke})), len(s.blockFrom(0, 0, 0)), len(s.blockFrom(0, 1, 0))} {
		if want := []int{6, 1, 7}[i]; requests != want {
			t.Errorf("%d requests at step %d, want %d", requests, i, want)
		}
	}
}

// A late block starts a piece again. When its sender is gone others continue the piece, although
// the exclusive rule had not given it to the sender.
func TestLatePieceIsContinuedByOthers(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) {
		c.Assign, c.Settings.Requests.AdaptiveTimeout = assignment("exclusive"), true
	})
	s.meet(0, 8, 0xc0)
	timeout := s.peer.conns[0].cold.timeout
	timeout.timedOut = append(timeout.timedOut, s.peer.pieces.BlockAt(0, 0))
	s.blockFrom(0, 0, 0)
	s.do(Event{Kind: Closed, Conn: 0})
	s.meet(1, 9, 0xc0)
	s.expect(s.say(1, Message{Kind: Unchoke}), "1: request 0/1, 1: request 1/0")
}
