package client

import (
	"testing"
	"time"
)

// A seed suggests its pieces in order to unchoked neighbours that speak the fast extension, and
// suggests more to a neighbour once it has the suggested ones.
func TestSeedSuggestsPieces(t *testing.T) {
	s := newScript(t, 8, true, func(c *Config) { c.Settings.Fast.Enabled, c.Settings.Fast.Suggest = true, 2 })
	s.connectFast(0, 8)
	s.connectFast(1, 9, 0x20) // it has piece 2
	s.connect(2, 10)
	s.expect(s.receive(0, Message{Kind: Interested}), "0: suggest 0, 0: suggest 1, 0: unchoke")
	s.expect(s.receive(1, Message{Kind: Interested}), "1: suggest 3, 1: suggest 4, 1: unchoke")
	s.expect(s.receive(2, Message{Kind: Interested}), "2: unchoke")
	s.expect(s.receive(0, Message{Kind: Have, Index: 0}), "")
	s.expect(s.receive(0, Message{Kind: Have, Index: 1}), "0: suggest 5, 0: suggest 6")
	s.expect(s.receive(1, Message{Kind: Have, Index: 4}), "")
	s.expect(s.receive(1, Message{Kind: Have, Index: 3}), "1: suggest 7, 1: suggest 0")
}

// The picker "suggested" follows suggestions; others ignore them.
func TestPickerFollowsSuggestions(t *testing.T) {
	for picker, want := range map[string]string{
		"suggested":  "0: request 5/0, 0: request 5/1",
		"sequential": "0: request 0/0, 0: request 0/1",
	} {
		s := newScript(t, 8, false, func(c *Config) {
			c.Settings.Fast.Enabled = true
			_, _, c.Picker = strategies("tit-for-tat", "round-robin", picker)
		})
		s.connectFast(0, 8, 0xff)
		s.expect(s.receive(0, Message{Kind: Suggest, Index: 5}), "")
		s.expect(s.receive(0, Message{Kind: Unchoke}), want)
	}
}

// A suggestion of a piece that does not exist, or from a neighbour that does not speak the fast
// extension, ends the connection.
func TestWrongSuggestionEndsConnection(t *testing.T) {
	s := newScript(t, 8, false, func(c *Config) { c.Settings.Fast.Enabled = true })
	s.connectFast(0, 8, 0xff)
	s.connect(1, 9, 0xff)
	s.now += time.Second
	s.expect(s.receive(0, Message{Kind: Suggest, Index: 8}), "0: hang up")
	s.expect(s.receive(1, Message{Kind: Suggest, Index: 1}), "1: hang up")
}
