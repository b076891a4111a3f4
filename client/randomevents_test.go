package client

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"swarmsim/client/assign"
	"swarmsim/client/extension"
	"swarmsim/client/pick"
	"swarmsim/client/pieces"
)

// The indexes in which a peer with many pieces finds pieces agree with the pieces after every
// event, for every assignment rule, end game, and limit on unverified bytes.
func TestIndexesFollowRandomEvents(t *testing.T) {
	for i, rule := range assign.Rules() {
		for k, ending := range assign.EndGames() {
			for _, unverified := range []int64{0, 150 * 2 * BlockSize} {
				t.Run(fmt.Sprint(rule.Name, " ", ending.Name, " ", unverified, " with losses"), func(t *testing.T) {
					s := newScript(t, pick.IndexThreshold+90, false, func(c *Config) {
						allExtensions(c)
						c.Assign, c.EndGame = rule.NewDefault(), ending.NewDefault()
						c.Settings.Requests.MaxUnverified = unverified
						c.Settings.Fast.Enabled = true
						c.Backlog, c.Picker = fixedBacklog(40), rarestFirstAtOnce()
					})
					s.playRandomEvents(rand.New(rand.NewPCG(uint64(i), uint64(k))), 400)
				})
				t.Run(fmt.Sprint(rule.Name, " ", ending.Name, " ", unverified), func(t *testing.T) {
					s := newScript(t, pick.IndexThreshold+90, false, func(c *Config) {
						c.Assign, c.EndGame = rule.NewDefault(), ending.NewDefault()
						c.Settings.Requests.MaxUnverified = unverified
						c.Settings.Requests.AdaptiveTimeout = rule.Name == "contiguous"
						c.Settings.Fast.Enabled = true
						c.Backlog, c.Picker = fixedBacklog(40), rarestFirstAtOnce()
					})
					s.playRandomEvents(rand.New(rand.NewPCG(uint64(i), uint64(k))), 400)
				})
			}
		}
	}
}

// checkIndexes compares the indexes of the piece table with its pieces.
func (s *script) checkIndexes() {
	s.t.Helper()
	if err := s.peer.pieces.CheckSorted(s.peer.settings.Requests.MaxUnverified); err != nil {
		s.t.Fatalf("at %v: %v", s.now, err)
	}
}

// playRandomEvents plays a number of random events of five neighbours, and checks the indexes after
// each.
func (s *script) playRandomEvents(r *rand.Rand, events int) {
	const neighbours = 5
	p := s.peer
	connected := [neighbours]bool{}
	for range events {
		c := ConnID(r.IntN(neighbours))
		switch n := r.IntN(100); {
		case !connected[c]:
			connected[c] = true
			s.connectRandom(r, c)
		case n < 2:
			connected[c] = false
			s.step(Event{Kind: Closed, Conn: c})
		case n < 5:
			s.receive(c, Message{Kind: []Kind{Choke, Unchoke}[r.IntN(2)]})
		case n < 25:
			s.receiveHave(c, r.IntN(p.pieces.Count()))
		case n > 85 && p.ext != nil:
			s.loseRandom(r, c)
		case n < 27:
			s.advance(time.Duration(r.IntN(5)) * time.Second)
		case p.conns[c].requests.Len() > 0:
			s.answerRandom(r, c)
		}
		for i := range connected { // the peer may have hung up
			connected[i] = connected[i] && p.conns[i].live
		}
		s.checkIndexes()
	}
	if p.pieces.HaveCount() == 0 {
		s.t.Error("no piece was completed")
	}
	s.t.Log(p.pieces.HaveCount(), "pieces complete,", len(p.pieces.Active()), "active")
}

// connectRandom establishes a connection with a neighbour that has a random set of pieces and
// unchokes the peer.
func (s *script) connectRandom(r *rand.Rand, c ConnID) {
	count := s.peer.pieces.Count()
	h := handshake(s.peer.torrent, id(byte(10+c)), true)
	if s.peer.ext != nil {
		h.Index |= SpeaksExtensions
	}
	s.connectWith(c, byte(10+c), h, nil)
	have := pieces.NewBitset(count)
	share := []float64{0, 0.02, 0.7, 1}[r.IntN(4)]
	for i := range count {
		if r.Float64() < share {
			have.Set(i)
		}
	}
	s.receive(c, Message{Kind: Bitfield, Data: have.Bytes(count)})
	s.receive(c, Message{Kind: Unchoke})
}

// loseRandom has a neighbour lose one of its pieces, or the peer lose one of its own. A neighbour that
// loses pieces that are being requested is the more interesting case.
func (s *script) loseRandom(r *rand.Rand, c ConnID) {
	p := s.peer
	piece := r.IntN(p.pieces.Count())
	if q := p.conns[c].requests.All(); len(q) > 0 && r.IntN(2) == 0 {
		piece = p.pieces.PieceOf(q[r.IntN(len(q))])
	}
	s.receive(c, extended(extension.DontHave, extension.AppendDontHave(nil, uint32(piece))))
	if have := p.pieces.Have(); p.pieces.HaveCount() > 5 {
		for piece := r.IntN(p.pieces.Count()); piece < p.pieces.Count(); piece++ {
			if have.Has(piece) {
				s.step(Event{Kind: PieceLost, Message: Message{Index: uint32(piece)}})
				return
			}
		}
	}
}

// answerRandom answers the oldest request of a neighbour with a REJECT, a corrupt block or, mostly,
// a good block.
func (s *script) answerRandom(r *rand.Rand, c ConnID) {
	p := s.peer
	index, i := p.pieces.Split(p.conns[c].requests.All()[0])
	m := Message{
		Kind:   Piece,
		Index:  uint32(index),
		Begin:  uint32(i) * BlockSize,
		Length: p.torrent.BlockSizeOf(index, i),
	}
	if r.IntN(30) == 0 {
		m.Kind = Reject
	}
	s.receiveMaybeCorrupt(c, m, m.Kind == Piece && r.IntN(50) == 0)
}
