package client

import (
	"math/bits"
	"testing"
	"time"
)

// balance finds what the peer counts twice over and does not agree with itself
// on. Every step of every script ends with it.
func (s *script) balance() {
	s.t.Helper()
	p := s.peer
	asked, copies := map[block]int{}, make([]int, p.numPieces)
	for _, id := range p.established {
		c := &p.conns[id]
		if c.reservedCount < 0 || int(c.reservedCount) > len(c.requests) {
			s.t.Errorf("at %v: %d: %d of %d requests are unsent", s.now, id, c.reservedCount, len(c.requests))
		}
		for _, b := range c.requests {
			asked[b]++
		}
		pieces, missing := 0, 0
		for i, w := range p.piecesOf(id) {
			pieces += bits.OnesCount64(w)
			missing += bits.OnesCount64(w &^ p.have[i])
		}
		if pieces != int(c.haveCount) || missing != int(c.missing) {
			s.t.Errorf("at %v: %d has %d pieces, %d of them missing here, not %d and %d", s.now, id, pieces, missing, c.haveCount, c.missing)
		}
		for i := range p.numPieces {
			if p.piecesOf(id).has(i) {
				copies[i]++
			}
		}
	}
	open, wanted := 0, 0
	for _, started := range p.active {
		x := started.piece
		free, here := 0, 0
		for i, n := range x.state[:x.blocks] {
			switch b := block(x.index)*p.blocksPerPiece + block(i); {
			case n == blockReceived:
				here++
			case int(n) != asked[b]:
				s.t.Errorf("at %v: block %d/%d is asked of %d, not %d", s.now, x.index, i, asked[b], n)
			case n == 0:
				free++
			}
		}
		if free != int(x.open) || here != int(x.received) {
			s.t.Errorf("at %v: piece %d has %d blocks open and %d here, not %d and %d", s.now, x.index, free, here, x.open, x.received)
		}
		open += free
	}
	for i := range p.numPieces {
		if copies[i] != int(p.copies[i]) {
			s.t.Errorf("at %v: piece %d has %d copies, not %d", s.now, i, copies[i], p.copies[i])
		}
		if p.wanted.has(i) {
			wanted++
		}
		if known := p.wanted.has(i) || p.activePiece(i) != nil; known == p.have.has(i) {
			s.t.Errorf("at %v: piece %d is both here and missing, or neither", s.now, i)
		}
	}
	if open != p.openBlocks || wanted != p.wantedCount {
		s.t.Errorf("at %v: %d blocks are open and %d pieces wanted, not %d and %d", s.now, open, wanted, p.openBlocks, p.wantedCount)
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
	s := newScript(t, 2, false, func(c *Config) { likeLibtorrent(c); c.Settings.Fast = true })
	s.do(Event{Kind: Opened, Conn: 0, Addr: addr(8)})
	s.say(0, handshake(s.peer.torrent, id(8), true))
	s.say(0, Message{Kind: Bitfield, Data: []byte{0xc0}})
	c := &s.peer.conns[0]
	x := s.peer.startPiece(1, c)
	s.peer.reserve(c, x, 0)
	s.peer.reserve(c, x, 1)
	s.say(0, Message{Kind: Reject, Index: 1, Length: BlockSize})
	if len(c.requests) != 1 {
		t.Errorf("%d blocks are set aside", len(c.requests))
	}
}

// A request that is not withdrawn as its block comes from another ends with the
// piece, if that is corrupt.
func TestCorruptPieceEndsRequests(t *testing.T) {
	s := newScript(t, 1, false, likeLibtorrent)
	s.meet(0, 8, 0x80)
	s.meet(1, 9, 0x80)
	s.say(0, Message{Kind: Unchoke})
	s.say(1, Message{Kind: Piece, Index: 0, Length: BlockSize, Tainted: true})
	s.say(1, Message{Kind: Piece, Index: 0, Begin: BlockSize, Length: BlockSize, Tainted: true})
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
		s := newScript(t, 2, false, func(c *Config) { c.Settings.Assignment, c.Settings.EndGame = Exclusive, Broadcast })
		s.meet(0, 8, 0x80)
		s.say(0, Message{Kind: Unchoke})
		s.blockFrom(0, 0, 0)
		s.say(0, Message{Kind: Choke})
		s.say(0, Message{Kind: Piece, Index: 0, Begin: BlockSize, Length: BlockSize, Tainted: corrupt})
		if s.peer.Have(0) == corrupt {
			t.Errorf("corrupt: %v, here: %v", corrupt, s.peer.Have(0))
		}
	}
}

// Who unchoked us before we were interested is asked as soon as we are.
func TestUnchokedBeforeInterested(t *testing.T) {
	s := newScript(t, 1, false, func(c *Config) { c.Settings.InterestAtRounds = true })
	s.meet(0, 8, 0x80)
	s.say(0, Message{Kind: Unchoke})
	s.expect(s.wait(10*time.Second), "0: interested, 0: request 0/0, 0: request 0/1")
}
