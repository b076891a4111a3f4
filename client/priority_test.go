package client

import (
	"testing"

	"swarmsim/client/pieces"
)

// set returns a set of pieces.
func set(count int, members ...int) pieces.Bitset {
	s := pieces.NewBitset(count)
	for _, piece := range members {
		s.Set(piece)
	}
	return s
}

// A peer that resumes announces the pieces that it has, requests the others, and is complete when
// it has those.
func TestResume(t *testing.T) {
	s := newScript(t, 3, false, func(c *Config) { c.Have = set(3, 0, 2) })
	s.expect(s.connect(0, 9, 0xe0), "0: handshake, 0: bitfield, 0: interested")
	s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 1/0, 0: request 1/1")
	s.receiveBlock(0, 1, 0)
	s.expect(s.receiveBlock(0, 1, 1), "0: have 1, 0: not interested, announce completed, 0: hang up")
}

// Skipped pieces are neither requested nor a reason to be interested.
func TestSkippedPiecesAreNotRequested(t *testing.T) {
	s := newScript(t, 3, false, func(c *Config) { c.Priorities = []byte{0, 1, 0} })
	s.expect(s.connect(0, 8, 0xa0), "0: handshake")
	s.expect(s.connect(1, 9, 0xe0), "1: handshake, 1: interested")
	s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 1/0, 1: request 1/1")
	s.receiveBlock(1, 1, 0)
	s.expect(s.receiveBlock(1, 1, 1), "0: have 1, 1: have 1, 1: not interested")
	if !s.peer.Finished() || s.peer.Complete() {
		t.Error("a partial seed (BEP 21) is finished and not complete")
	}
}

// Pieces of a higher priority are requested first.
func TestPriorities(t *testing.T) {
	s := newScript(t, 4, false, func(c *Config) {
		c.Priorities = []byte{1, 2, 7, 1}
		c.Backlog = fixedBacklog(8)
	})
	s.connect(0, 9, 0xf0)
	s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 2/0, 0: request 2/1, 0: request 1/0, 0: request 1/1, "+
		"0: request 0/0, 0: request 0/1, 0: request 3/0, 0: request 3/1")
}

// The selection may change while the peer downloads, in both directions.
func TestSelectionChanges(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { c.Priorities = []byte{1, 0} })
	s.connect(0, 9, 0xc0)
	s.receive(0, Message{Kind: Unchoke})
	s.receiveBlock(0, 0, 0)
	s.expect(s.receiveBlock(0, 0, 1), "0: have 0, 0: not interested")
	s.expect(s.step(Event{Kind: Prioritize, Message: Message{Data: []byte{1, 1}}}), "0: interested, 0: request 1/0, 0: request 1/1")
	s.expect(s.step(Event{Kind: Prioritize, Message: Message{Data: []byte{1, 0}}}), "0: not interested")
	if !s.peer.Finished() {
		t.Error("the peer has the only piece that it is to download")
	}
	s.receiveBlock(0, 1, 0) // its request was outstanding
	s.expect(s.receiveBlock(0, 1, 1), "0: have 1, announce completed, 0: hang up")
}
