package client

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"swarmsim/client/assign"
	"swarmsim/client/pick"
	"swarmsim/client/pieces"
)

// sorted compares what is kept to find pieces quickly with the pieces themselves.
func (s *script) sorted() {
	s.t.Helper()
	if err := s.peer.pieces.CheckSorted(s.peer.settings.Requests.MaxUnverified); err != nil {
		s.t.Fatalf("at %v: %v", s.now, err)
	}
}

// Whatever happens to a peer with many pieces, what it keeps to find some of them soon
// agrees with what there is.
func TestManyPieces(t *testing.T) {
	for i, rule := range assign.Rules() {
		for k, ending := range assign.EndGames() {
			for _, unverified := range []int64{0, 150 * 2 * BlockSize} {
				t.Run(fmt.Sprint(rule.Name, " ", ending.Name, " ", unverified), func(t *testing.T) {
					s := newScript(t, pick.IndexThreshold+90, false, func(c *Config) {
						c.Assign, c.EndGame = rule.NewDefault(), ending.NewDefault()
						c.Settings.Requests.MaxUnverified = unverified
						c.Settings.Requests.AdaptiveTimeout, c.Settings.Fast.Enabled = rule.Name == "contiguous", true
						c.Backlog, c.Picker = always(40), rarestAtOnce()
					})
					s.shake(rand.New(rand.NewPCG(uint64(i), uint64(k))), 400)
				})
			}
		}
	}
}

// shake plays a number of random events of neighbours.
func (s *script) shake(r *rand.Rand, times int) {
	const neighbours = 5
	p := s.peer
	there := [neighbours]bool{}
	for range times {
		c := ConnID(r.IntN(neighbours))
		switch n := r.IntN(100); {
		case !there[c]:
			there[c] = true
			s.do(Event{Kind: Opened, Conn: c, Addr: addr(byte(10 + c))})
			s.say(c, handshake(p.torrent, id(byte(10+c)), true))
			have := pieces.NewBitset(p.pieces.Count())
			share := []float64{0, 0.02, 0.7, 1}[r.IntN(4)]
			for i := range p.pieces.Count() {
				if r.Float64() < share {
					have.Set(i)
				}
			}
			s.say(c, Message{Kind: Bitfield, Data: have.Bytes(p.pieces.Count())})
			s.say(c, Message{Kind: Unchoke})
		case n < 2:
			there[c] = false
			s.do(Event{Kind: Closed, Conn: c})
		case n < 5:
			s.say(c, Message{Kind: []Kind{Choke, Unchoke}[r.IntN(2)]})
		case n < 25:
			s.say(c, Message{Kind: Have, Index: uint32(r.IntN(p.pieces.Count()))})
		case n < 27:
			s.wait(time.Duration(r.IntN(5)) * time.Second)
		case p.conns[c].requests.Len() > 0:
			b := p.conns[c].requests.All()[0]
			index, i := p.pieces.Split(b)
			kind := Piece
			if r.IntN(30) == 0 {
				kind = Reject
			}
			s.sayBlock(c, Message{Kind: kind, Index: uint32(index), Begin: uint32(i) * BlockSize, Length: p.torrent.BlockSizeOf(index, i)}, kind == Piece && r.IntN(50) == 0)
		}
		for i := range there { // it may have been hung up on
			there[i] = there[i] && p.conns[i].live
		}
		s.sorted()
	}
	if p.pieces.HaveCount() == 0 {
		s.t.Error("nothing came")
	}
	s.t.Log(p.pieces.HaveCount(), "pieces here,", len(p.pieces.Active()), "started")
}
