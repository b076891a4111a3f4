package client

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"swarmsim/client/pick"
)

// sorted compares the indexes that are kept of many pieces with the pieces themselves.
func (s *script) sorted() {
	s.t.Helper()
	p := s.peer
	if p.manyActive() {
		open := 0
		for _, x := range p.active {
			if p.activeIndex.find(x.piece.index) != x.piece {
				s.t.Fatalf("at %v: piece %d is started and not found", s.now, x.index)
			}
			if x.piece.open > 0 {
				if at := p.activeIndex.open[open]; at != (activeEntry{x.piece, x.index, x.piece.open}) {
					s.t.Fatalf("at %v: piece %d is not listed as open where it should be", s.now, x.index)
				}
				open++
			}
		}
		if open != len(p.activeIndex.open) {
			s.t.Fatalf("at %v: %d pieces are open, not %d", s.now, open, len(p.activeIndex.open))
		}
	} else {
		for _, x := range p.active {
			if x.open != x.piece.open {
				s.t.Fatalf("at %v: of piece %d %d blocks are open, not %d", s.now, x.index, x.piece.open, x.open)
			}
		}
	}
	if x := p.liveIndex(); x != nil {
		named := 0
		for i := range p.numPieces {
			wanted := p.wanted.has(i)
			if s := p.activePiece(i); p.set.Assignment == PickerDriven && s != nil {
				wanted = s.open > 0
			}
			if wanted {
				named++
			}
			if x.Has(i, int(p.copies[i])) != wanted {
				s.t.Fatalf("at %v: piece %d may be named: %v, but not so for pickers", s.now, i, wanted)
			}
		}
		if named != x.Len() {
			s.t.Fatalf("at %v: %d pieces may be named, not %d", s.now, named, x.Len())
		}
	}
	if p.scoping() == nil {
		return
	}
	if p.updateScope(); p.scopeLimited {
		got := slices.Clone(p.scope)
		inside := 0
		for i := range p.numPieces {
			if p.wanted.has(i) && p.scope.has(i) && p.scoping().tracks() && p.set.Assignment != PickerDriven {
				inside++
				if !p.scoping().inside.Has(i, int(p.copies[i])) {
					s.t.Fatalf("at %v: piece %d is in scope, but not for pickers", s.now, i)
				}
			}
		}
		if p.scoping().tracks() && inside != p.scoping().inside.Len() {
			s.t.Fatalf("at %v: %d pieces are in scope, not %d", s.now, inside, p.scoping().inside.Len())
		}
		p.scanScope(int((p.set.MaxUnverified + p.torrent.PieceLength - 1) / p.torrent.PieceLength))
		if !slices.Equal(got, p.scope) {
			s.t.Fatalf("at %v: the scope is not what looking at all pieces says", s.now)
		}
	}
}

// Whatever happens to a peer with many pieces, what it keeps to find some of them soon
// agrees with what there is.
func TestManyPieces(t *testing.T) {
	for sharing, name := range Assignments {
		for endGame := range EndGames {
			for _, unverified := range []int64{0, 150 * 2 * BlockSize} {
				t.Run(fmt.Sprint(name, " ", EndGames[endGame], " ", unverified), func(t *testing.T) {
					s := newScript(t, pick.IndexThreshold+90, false, func(c *Config) {
						set := c.Settings
						set.Assignment, set.EndGame, set.MaxUnverified = Assignment(sharing), EndGame(endGame), unverified
						set.AdaptiveTimeout, set.Fast = Assignment(sharing) == Contiguous, true
						c.Backlog, c.Picker = always(40), rarestAtOnce()
					})
					s.shake(rand.New(rand.NewPCG(uint64(sharing), uint64(endGame))), 400)
				})
			}
		}
	}
}

// Of many pieces, too, what is offered next is one that fewest neighbours have or are
// offered, each as often.
func TestManyOffers(t *testing.T) {
	const pieces = pick.IndexThreshold + 90
	for _, way := range []Reveal{SuperSeed, NeverTwice} {
		s := newScript(t, pieces, true, func(c *Config) { c.Settings.Reveal = way })
		r := rand.New(rand.NewPCG(1, 2))
		for c := ConnID(0); c < 5; c++ {
			s.meet(c, byte(10+c))
		}
		for range 300 {
			c := ConnID(r.IntN(5))
			if r.IntN(20) == 0 {
				s.do(Event{Kind: Closed, Conn: c})
				s.meet(c, byte(10+c))
				continue
			}
			s.say(c, Message{Kind: Have, Index: uint32(r.IntN(pieces))})
			p := s.peer
			f := p.conns[c].cold.revealed
			fetched := p.piecesBeingFetched()
			if way == SuperSeed {
				fetched = nil
			}
			least := 1 << 30
			of := func(i int) int { return int(p.copies[i]) + p.offering.revealedTo[i] }
			may := func(i int) bool {
				return !f.pieces.has(i) && !p.theyHave(c, i) && (fetched == nil || !p.offering.out.has(i) && !fetched.has(i))
			}
			for i := range pieces {
				if may(i) {
					least = min(least, of(i))
				}
			}
			if next := p.nextReveal(f, p.piecesOf(c)); next == none || !may(next) || of(next) != least {
				t.Fatalf("way %d: piece %d is next", way, next)
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
			have := newBitset(p.numPieces)
			share := []float64{0, 0.02, 0.7, 1}[r.IntN(4)]
			for i := range p.numPieces {
				if r.Float64() < share {
					have.set(i)
				}
			}
			s.say(c, Message{Kind: Bitfield, Data: have.bytes(p.numPieces)})
			s.say(c, Message{Kind: Unchoke})
		case n < 2:
			there[c] = false
			s.do(Event{Kind: Closed, Conn: c})
		case n < 5:
			s.say(c, Message{Kind: []Kind{Choke, Unchoke}[r.IntN(2)]})
		case n < 25:
			s.say(c, Message{Kind: Have, Index: uint32(r.IntN(p.numPieces))})
		case n < 27:
			s.wait(time.Duration(r.IntN(5)) * time.Second)
		case len(p.conns[c].requests) > 0:
			b := p.conns[c].requests[0]
			index, i := int(b/p.blocksPerPiece), int(b%p.blocksPerPiece)
			kind := Piece
			if r.IntN(30) == 0 {
				kind = Reject
			}
			s.say(c, Message{Kind: kind, Index: uint32(index), Begin: uint32(i) * BlockSize, Length: p.torrent.BlockSizeOf(index, i), Tainted: kind == Piece && r.IntN(50) == 0})
		}
		for i := range there { // it may have been hung up on
			there[i] = there[i] && p.conns[i].live
		}
		s.sorted()
	}
	if p.haveCount == 0 {
		s.t.Error("nothing came")
	}
	s.t.Log(p.haveCount, "pieces here,", len(p.active), "started")
}
