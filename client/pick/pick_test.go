package pick

import (
	"math"
	"math/rand/v2"
	"testing"
)

// view returns the view of a peer that wants every piece, of a neighbour that has every piece. The
// arguments are the copies of each piece.
func view(copies ...uint16) *View {
	v := newView(len(copies))
	v.NumHave, v.Copies = 100, copies
	for i := range copies {
		set(v.Wanted, i)
		set(v.PeerHas, i)
	}
	return v
}

// have completes pieces.
func have(v *View, pieces ...int) *View {
	for _, i := range pieces {
		unset(v.Wanted, i)
		set(v.Have, i)
	}
	return v
}

// counts returns how often each piece is picked in 3000 calls.
func counts(p Picker, v *View) []int {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]int, v.NumPieces)
	for range 3000 {
		i, _ := p.Pick(v, rng)
		out[i]++
	}
	return out
}

// near checks the probability of each piece, within four standard deviations of 3000 calls.
func near(t *testing.T, got []int, want ...float64) {
	t.Helper()
	for i, p := range want {
		if d := math.Abs(float64(got[i]) - 3000*p); d > 4*math.Sqrt(3000*p*(1-p)) {
			t.Errorf("piece %d was picked %d times of 3000, want %.0f", i, got[i], 3000*p)
		}
	}
}

// The rarest piece is picked, and each of several rarest with the same probability.
func TestRarestFirst(t *testing.T) {
	near(t, counts(rarestFirst.NewDefault(), view(3, 1, 2, 1, 5, 1)), 0, 1./3, 0, 1./3, 0, 1./3)
}

// The first four pieces are random, however rare they are.
func TestRandomFirst(t *testing.T) {
	v := view(3, 1, 2)
	v.NumHave = 3
	near(t, counts(rarestFirst.NewDefault(), v), 1./3, 1./3, 1./3)
	v.NumHave = 4
	near(t, counts(rarestFirst.NewDefault(), v), 0, 1, 0)
}

// The oracle counts the copies in the swarm, not those of the neighbours.
func TestGlobalRarest(t *testing.T) {
	v, p := view(1, 2, 3), globalRarest.NewDefault()
	near(t, counts(p, v), 1, 0, 0) // it knows only the neighbours' copies
	copies := []int32{90, 80, 70}
	p.(Oracle).UseSwarm(copies, nil)
	near(t, counts(p, v), 0, 0, 1)
	copies[1] = 60 // the swarm changes
	near(t, counts(p, v), 0, 1, 0)
}

func TestSequentialGoesInOrder(t *testing.T) {
	near(t, counts(sequential.NewDefault(), have(view(1, 1, 1), 0)), 0, 1, 0)
}

// Inside the window pieces are picked in order, however rare they are; once the window is complete,
// the rarest of the rest.
func TestWindow(t *testing.T) {
	p := window.New(&Window{Length: 3, Order: "in-order"})
	v := have(view(9, 9, 9, 9, 9, 9, 1, 9), 0, 1)
	near(t, counts(p, v), 0, 0, 1)
	v.PlayPosition = 1
	near(t, counts(p, have(v, 2)), 0, 0, 0, 1)
	near(t, counts(p, have(v, 3)), 0, 0, 0, 0, 0, 0, 1)
	v.PlayPosition = 3
	near(t, counts(p, v), 0, 0, 0, 0, 1)
	near(t, counts(window.New(&Window{Length: 5, Order: "rarest"}), v), 0, 0, 0, 0, 0, 0, 1)
}

// With probability p the rarest of the next few missing pieces is picked, otherwise the rarest of
// the rest.
func TestBiToS(t *testing.T) {
	p := bitos.New(&BiToS{HighPriority: 2, Probability: 0.8})
	v := have(view(9, 9, 3, 9, 2, 1, 1), 0, 3) // the high-priority set is 1 and 2
	near(t, counts(p, v), 0, 0, 0.8, 0, 0, 0.1, 0.1)
	near(t, counts(p, have(v, 1, 2)), 0, 0, 0, 0, 0, 0.8, 0.2) // now 4 and 5
	near(t, counts(p, have(v, 4, 5)), 0, 0, 0, 0, 0, 0, 1)     // only the high-priority set is left
}

func TestPortion(t *testing.T) {
	near(t, counts(portion.New(&Portion{Probability: 0.25}), have(view(9, 9, 1, 9), 0)), 0, 0.25, 0.75, 0)
}

// The probability of a piece falls with its distance from the first missing piece.
func TestZipf(t *testing.T) {
	v := have(view(1, 1, 1, 1), 0)
	sum := 1 + 1./2 + 1./3
	near(t, counts(zipf.New(&Zipf{Theta: 1}), v), 0, 1/sum, 1/(2*sum), 1/(3*sum))
	near(t, counts(zipf.New(&Zipf{Theta: 0}), v), 0, 1./3, 1./3, 1./3)
}

// Suggestions are followed in their order where they are candidates; then rarest first.
func TestSuggested(t *testing.T) {
	v := have(view(9, 9, 9, 1), 0)
	v.Suggested = []uint32{0, 2, 1}
	near(t, counts(suggested.NewDefault(), v), 0, 0, 1, 0)
	near(t, counts(suggested.NewDefault(), have(v, 1, 2)), 0, 0, 0, 1)
}
