package client

import (
	"math"
	"testing"
	"time"

	"swarmsim/client/choke"
)

// A neighbour may make up for a second in which it did not request, and for no more. A new rate
// changes the time until the next block in proportion.
func TestRateLimit(t *testing.T) {
	l := rateLimit{}
	l.set(10*time.Second, 1000)
	l.onSent(10*time.Second, 3000)
	if want := 12 * time.Second; l.next != want {
		t.Errorf("after 3000 bytes at 1000 B/s and 10 s the next block may be sent at %v, want %v", l.next, want)
	}
	l.set(10*time.Second, 2000)
	if want := 11 * time.Second; l.next != want {
		t.Errorf("at twice the rate the next block may be sent at %v, want %v", l.next, want)
	}
	l.onSent(11*time.Second+time.Second/2, 2000)
	if want := 12 * time.Second; l.next != want {
		t.Errorf("after half a second without requests the next block may be sent at %v, want %v", l.next, want)
	}
}

// fixedRates unchokes every interested neighbour and limits their rates.
type fixedRates []float64

func (f fixedRates) Unchoke(_ choke.Round, cs []choke.Candidate, out []int) []int {
	for i := range cs {
		if cs[i].Interested {
			out = append(out, i)
		}
	}
	return out
}

func (f fixedRates) Rates(out []float64) []float64 { return append(out, f...) }

// Where a choker divides the uplink, every neighbour that requests enough is sent blocks at its
// rate, to within 2 %, and one without a limit gets the rest.
func TestRateLimitsAreKept(t *testing.T) {
	const duration = 200 * time.Second
	for _, rates := range []fixedRates{{400e3, 300e3, 200e3, 50e3}, {900e3, 20e3, 20e3, 10e3}, {250e3, 250e3, 100e3, 0}} {
		received := serveAtRates(t, rates, duration)
		rest := uplinkRate * duration.Seconds()
		for i, rate := range rates {
			want := rate * duration.Seconds()
			if rate == 0 {
				want = rest
			}
			rest -= received[i]
			if math.Abs(received[i]/want-1) > 0.02 {
				t.Errorf("%v: neighbour %d received %.0f bytes per second", rates, i, received[i]/duration.Seconds())
			}
		}
	}
}

const uplinkRate = 1e6 // bytes per second

// serveAtRates returns the bytes that a seed sends to each of four neighbours, which always have
// six requests outstanding. The network sends one block at a time.
func serveAtRates(t *testing.T, rates fixedRates, duration time.Duration) (received [4]float64) {
	s := newScript(t, 1000, true, func(c *Config) { c.SeedChoker = rates })
	var requested [4]uint32
	var queue []ConnID // of blocks in the network
	step := func(e Event) {
		s.step(e)
		for _, a := range s.out {
			if a.Kind == Send && a.Message.Kind == Piece {
				queue = append(queue, a.Conn)
			}
		}
	}
	request := func(id ConnID) {
		n := requested[id]
		requested[id]++
		s.now += 1 // requests arrive one by one
		step(Event{Kind: Received, Conn: id, Message: Message{
			Kind: Request, Index: n / 2 % 1000, Begin: n % 2 * BlockSize, Length: BlockSize,
		}})
	}
	for id := range ConnID(4) {
		s.connect(id, byte(8+id))
		s.receive(id, Message{Kind: Interested})
		for range 6 {
			request(id)
		}
	}
	sentAt := Never // the first block of the queue
	for s.now < duration {
		if sentAt == Never && len(queue) > 0 {
			sentAt = s.now + time.Duration(BlockSize/uplinkRate*1e9)
		}
		s.now = max(s.now, min(sentAt, s.peer.NextTick()))
		if s.now < sentAt {
			step(Event{Kind: Tick})
			continue
		}
		id := queue[0]
		queue, sentAt = queue[1:], Never
		received[id] += BlockSize
		step(Event{Kind: Sent, Conn: id, Message: Message{Kind: Piece, Length: BlockSize}})
		request(id)
	}
	return received
}
