package client

import "testing"

// Without parole a piece that failed is shared as any other, and nobody is found
// out.
func TestNoParole(t *testing.T) {
	s := newScript(t, 1, false, func(c *Config) { c.Settings.Requests.NoParole, c.Backlog = true, always(1) })
	s.meet(0, 8, 0x80)
	s.meet(1, 9, 0x80)
	s.expect(s.say(0, Message{Kind: Unchoke}), "0: request 0/0")
	s.expect(s.say(1, Message{Kind: Unchoke}), "1: request 0/1")
	s.expect(s.sayBlock(0, Message{Kind: Piece, Length: BlockSize}, true), "0: request 0/1") // the end game
	s.expect(s.blockFrom(1, 0, 1), "0: cancel 0/1, 0: request 0/0, 1: request 0/1")
	s.sayBlock(0, Message{Kind: Piece, Length: BlockSize}, true)
	s.blockFrom(1, 0, 1)
	if c := s.peer.Counters(); c.FailedPieces != 2 || c.Banned != 0 {
		t.Errorf("%+v", c)
	}
}
