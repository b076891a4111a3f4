package client

import (
	"math"
	"testing"
	"time"

	"swarmsim/client/choke"
)

// dealt serves everybody, at rates that are given.
type dealt []float64

func (d dealt) Unchoke(_ choke.Round, cs []choke.Candidate, out []int) []int {
	for i := range cs {
		if cs[i].Interested {
			out = append(out, i)
		}
	}
	return out
}
func (d dealt) Rates(out []float64) []float64 { return append(out, d...) }

// Where a choker divides the uplink, every neighbour that has asked for enough
// gets what it was dealt within two per cent, and one without a limit the rest.
func TestSharesAreKept(t *testing.T) {
	const uplink = 1e6 // bytes per second
	for _, shares := range []dealt{{400e3, 300e3, 200e3, 50e3}, {900e3, 20e3, 20e3, 10e3}, {250e3, 250e3, 100e3, 0}} {
		s := newScript(t, 1000, true, func(c *Config) { c.SeedChoker = shares })
		asked, got := [4]uint32{}, [4]float64{}
		ask := func(id ConnID) {
			piece := asked[id] / 2 % 1000
			s.now += 1 // requests come one by one
			s.do(Event{Kind: Received, Conn: id, Message: Message{Kind: Request, Index: piece, Begin: asked[id] % 2 * BlockSize, Length: BlockSize}})
			asked[id]++
		}
		line := []ConnID{} // blocks at the network, which sends one at a time
		hear := func() {
			for _, a := range s.out {
				if a.Kind == Send && a.Message.Kind == Piece {
					line = append(line, a.Conn)
				}
			}
		}
		for id := range ConnID(4) {
			s.meet(id, byte(8+id))
			s.say(id, Message{Kind: Interested})
			for range 6 {
				ask(id)
				hear()
			}
		}
		busy := Never
		const long = 200 * time.Second
		for s.now < long {
			if busy == Never && len(line) > 0 {
				busy = s.now + time.Duration(BlockSize/uplink*1e9)
			}
			s.now = max(s.now, min(busy, s.peer.NextTick()))
			if s.now < busy {
				s.do(Event{Kind: Tick})
				hear()
				continue
			}
			id := line[0]
			line, busy = line[1:], Never
			got[id] += BlockSize
			s.do(Event{Kind: Sent, Conn: id, Message: Message{Kind: Piece, Length: BlockSize}})
			hear()
			ask(id)
			hear()
		}
		rest := uplink * long.Seconds()
		for i, share := range shares {
			want := share * long.Seconds()
			if share == 0 {
				want = rest
			}
			rest -= got[i]
			if math.Abs(got[i]/want-1) > 0.02 {
				t.Errorf("%v: neighbour %d got %.0f bytes per second", shares, i, got[i]/long.Seconds())
			}
		}
	}
}
