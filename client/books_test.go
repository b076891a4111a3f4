package client

import (
	"math/bits"
	"testing"
	"time"

	"swarmsim/client/pieces"
)

// balance compares what the peer counts twice. Every step of every script ends with it.
func (s *script) balance() {
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
			missing += bits.OnesCount64(w &^ p.pieces.Have()[i])
		}
		if has != int(c.haveCount) || missing != int(c.missing) {
			s.t.Errorf("at %v: %d has %d pieces, %d of them missing here, not %d and %d", s.now, id, has, missing, c.haveCount, c.missing)
		}
	}
	if err := p.pieces.Check(slots, requests); err != nil {
		s.t.Errorf("at %v: %v", s.now, err)
	}
}

// A bitfield that is refused says nothing of copies.
func TestRefusedBitfield(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.meet(0, 8)
	s.expect(s.say(0, Message{Kind: Bitfield, Data: []byte{0xe0}}), "0: hang up")
}

// A block that is set aside for a neighbour and that it refuses beforehand is
// for others.
func TestRefusedBeforeAsked(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) { likeLibtorrent(c); c.Settings.Fast.Enabled = true })
	s.do(Event{Kind: Opened, Conn: 0, Addr: addr(8)})
	s.say(0, handshake(s.peer.torrent, id(8), true))
	s.say(0, Message{Kind: Bitfield, Data: []byte{0xc0}})
	c := &s.peer.conns[0]
	x := s.peer.pieces.Start(1, c.serial)
	s.peer.reserve(c, x, 0)
	s.peer.reserve(c, x, 1)
	s.say(0, Message{Kind: Reject, Index: 1, Length: BlockSize})
	if c.requests.Len() != 1 {
		t.Errorf("%d blocks are set aside", c.requests.Len())
	}
}

// A request that is not withdrawn as its block comes from another ends with the
// piece, if that is corrupt.
func TestCorruptPieceEndsRequests(t *testing.T) {
	s := newScript(t, 1, false, likeLibtorrent)
	s.meet(0, 8, 0x80)
	s.meet(1, 9, 0x80)
	s.say(0, Message{Kind: Unchoke})
	s.sayBlock(1, Message{Kind: Piece, Index: 0, Length: BlockSize}, true)
	s.sayBlock(1, Message{Kind: Piece, Index: 0, Begin: BlockSize, Length: BlockSize}, true)
	s.blockFrom(0, 0, 0)
	s.blockFrom(0, 0, 1)
	if !s.peer.Complete() {
		t.Error("the piece was not had again")
	}
}

// A piece of one's own that was given back is complete all the same if its last
// block comes late, and is wanted once if it is corrupt.
func TestGivenBackAndCompleted(t *testing.T) {
	for _, corrupt := range []bool{false, true} {
		s := newScript(t, 2, false, func(c *Config) { c.Assign, c.EndGame = assignment("exclusive"), endGame("broadcast") })
		s.meet(0, 8, 0x80)
		s.say(0, Message{Kind: Unchoke})
		s.blockFrom(0, 0, 0)
		s.say(0, Message{Kind: Choke})
		s.sayBlock(0, Message{Kind: Piece, Index: 0, Begin: BlockSize, Length: BlockSize}, corrupt)
		if s.peer.Have(0) == corrupt {
			t.Errorf("corrupt: %v, here: %v", corrupt, s.peer.Have(0))
		}
	}
}

// Who unchoked us before we were interested is asked as soon as we are.
func TestUnchokedBeforeInterested(t *testing.T) {
	s := newScript(t, 1, false, func(c *Config) { c.Settings.Choking.InterestAtRounds = true })
	s.meet(0, 8, 0x80)
	s.say(0, Message{Kind: Unchoke})
	s.expect(s.wait(10*time.Second), "0: interested, 0: request 0/0, 0: request 0/1")
}
