package client

import (
	"testing"
	"time"
)

// speakFast brings up a connection with a neighbour that speaks the fast
// extension.
func (s *script) speakFast(c ConnID, n byte, bits ...byte) []string {
	s.do(Event{Kind: Opened, Conn: c, Addr: addr(n)})
	out := s.say(c, handshake(s.peer.torrent, id(n), true))
	if bits != nil {
		out = append(out, s.say(c, Message{Kind: Bitfield, Data: bits})...)
	}
	return out
}

// A seed suggests its pieces one after the other, to whoever has a slot and
// speaks the fast extension; anew once it has what was suggested.
func TestSuggestions(t *testing.T) {
	s := newScript(t, 8, true, func(c *Config) { c.Settings.Fast.Enabled, c.Settings.Fast.Suggest = true, 2 })
	s.speakFast(0, 8)
	s.speakFast(1, 9, 0x20) // it has piece 2
	s.meet(2, 10)
	s.expect(s.say(0, Message{Kind: Interested}), "0: suggest 0, 0: suggest 1, 0: unchoke")
	s.expect(s.say(1, Message{Kind: Interested}), "1: suggest 3, 1: suggest 4, 1: unchoke")
	s.expect(s.say(2, Message{Kind: Interested}), "2: unchoke")
	s.expect(s.say(0, Message{Kind: Have, Index: 0}), "")
	s.expect(s.say(0, Message{Kind: Have, Index: 1}), "0: suggest 5, 0: suggest 6")
	s.expect(s.say(1, Message{Kind: Have, Index: 4}), "")
	s.expect(s.say(1, Message{Kind: Have, Index: 3}), "1: suggest 7, 1: suggest 0")
}

// A picker that follows them does, and another does not mind them.
func TestFollowSuggestions(t *testing.T) {
	for picker, want := range map[string]string{"suggested": "0: request 5/0, 0: request 5/1", "sequential": "0: request 0/0, 0: request 0/1"} {
		s := newScript(t, 8, false, func(c *Config) {
			c.Settings.Fast.Enabled = true
			_, _, c.Picker = strategies("tit-for-tat", "round-robin", picker)
		})
		s.speakFast(0, 8, 0xff)
		s.expect(s.say(0, Message{Kind: Suggest, Index: 5}), "")
		s.expect(s.say(0, Message{Kind: Unchoke}), want)
	}
}

// Suggestions of what there is not, or from who does not speak the fast
// extension, are a breach.
func TestBadSuggestions(t *testing.T) {
	s := newScript(t, 8, false, func(c *Config) { c.Settings.Fast.Enabled = true })
	s.speakFast(0, 8, 0xff)
	s.meet(1, 9, 0xff)
	s.now += time.Second
	s.expect(s.say(0, Message{Kind: Suggest, Index: 8}), "0: hang up")
	s.expect(s.say(1, Message{Kind: Suggest, Index: 1}), "1: hang up")
}

// Without strict priority the picker decides block by block, also about pieces
// that are started.
func TestAsPicked(t *testing.T) {
	s := newScript(t, 8, false, func(c *Config) {
		c.Assign, c.Backlog = assignment("picker-driven"), always(1)
	})
	s.meet(0, 8, 0x20)
	s.meet(1, 9, 0xe0)
	s.expect(s.say(0, Message{Kind: Unchoke}), "0: request 2/0")
	s.expect(s.say(1, Message{Kind: Unchoke}), "1: request 0/0")
	s.expect(s.blockFrom(1, 0, 0), "1: request 0/1")
	s.expect(without(s.blockFrom(1, 0, 1), "have"), "1: request 1/0") // strict priority would finish 2
}
