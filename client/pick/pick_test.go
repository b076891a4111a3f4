package pick

import (
	"math"
	"math/rand/v2"
	"testing"
)

// view is that of a peer that wants pieces of so many copies each, all of which
// the neighbour has.
func view(copies ...uint16) *View {
	v := newView(len(copies))
	v.NumHave, v.Copies = 100, copies
	for i := range copies {
		set(v.Wanted, i)
		set(v.PeerHas, i)
	}
	return v
}

// have marks pieces as here.
func have(v *View, pieces ...int) *View {
	for _, i := range pieces {
		unset(v.Wanted, i)
		set(v.Have, i)
	}
	return v
}

// counts is how often each piece is named in 3000 draws.
func counts(p Picker, v *View) []int {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]int, v.NumPieces)
	for range 3000 {
		i, _ := p.Pick(v, rng)
		out[i]++
	}
	return out
}

// near checks shares of 3000 draws, within four standard deviations.
func near(t *testing.T, got []int, want ...float64) {
	t.Helper()
	for i, share := range want {
		if d := math.Abs(float64(got[i]) - 3000*share); d > 4*math.Sqrt(3000*share*(1-share)) {
			t.Errorf("piece %d was named %d times of 3000, not %.0f", i, got[i], 3000*share)
		}
	}
}

func byDefault(s Strategy) Picker { return s.New(s.Defaults()) }

// Rarest first takes the rarest, and among equals each as often.
func TestRarestFirst(t *testing.T) {
	near(t, counts(byDefault(rarestFirst), view(3, 1, 2, 1, 5, 1)), 0, 1./3, 0, 1./3, 0, 1./3)
}

// The first pieces are random, however rare they are.
func TestRandomFirst(t *testing.T) {
	v := view(3, 1, 2)
	v.NumHave = 3
	near(t, counts(byDefault(rarestFirst), v), 1./3, 1./3, 1./3)
	v.NumHave = 4
	near(t, counts(byDefault(rarestFirst), v), 0, 1, 0)
}

// The oracle goes by the swarm's copies, not by those of neighbours.
func TestGlobalRarest(t *testing.T) {
	v := view(1, 2, 3)
	v.SwarmCopies = []int32{90, 80, 70}
	near(t, counts(byDefault(globalRarest), v), 0, 0, 1)
}

func TestSequentialGoesInOrder(t *testing.T) {
	near(t, counts(byDefault(sequential), have(view(1, 1, 1), 0)), 0, 1, 0)
}

// Inside the window in order, whatever is rare; once the window is here, the
// rarest of the rest.
func TestWindow(t *testing.T) {
	p := window.New(&Window{Ahead: 3, Inside: "in-order"})
	v := have(view(9, 9, 9, 9, 9, 9, 1, 9), 0, 1)
	near(t, counts(p, v), 0, 0, 1)
	v.PlayPosition = 1
	near(t, counts(p, have(v, 2)), 0, 0, 0, 1)
	near(t, counts(p, have(v, 3)), 0, 0, 0, 0, 0, 0, 1)
	v.PlayPosition = 3
	near(t, counts(p, v), 0, 0, 0, 0, 1)
	near(t, counts(window.New(&Window{Ahead: 5, Inside: "rarest"}), v), 0, 0, 0, 0, 0, 0, 1)
}

// BiToS: with p the rarest of the next few missing, otherwise the rarest of the
// rest.
func TestBiToS(t *testing.T) {
	p := bitos.New(&BiToS{Set: 2, P: 0.8})
	v := have(view(9, 9, 3, 9, 2, 1, 1), 0, 3) // the set is 1 and 2
	near(t, counts(p, v), 0, 0, 0.8, 0, 0, 0.1, 0.1)
	near(t, counts(p, have(v, 1, 2)), 0, 0, 0, 0, 0, 0.8, 0.2) // now 4 and 5
	near(t, counts(p, have(v, 4, 5)), 0, 0, 0, 0, 0, 0, 1)     // nothing but the set is left
}

func TestPortion(t *testing.T) {
	near(t, counts(portion.New(&Portion{P: 0.25}), have(view(9, 9, 1, 9), 0)), 0, 0.25, 0.75, 0)
}

// The chance of a piece falls with its distance from the first that is missing.
func TestZipf(t *testing.T) {
	v := have(view(1, 1, 1, 1), 0)
	sum := 1 + 1./2 + 1./3
	near(t, counts(zipf.New(&Zipf{Theta: 1}), v), 0, 1/sum, 1/(2*sum), 1/(3*sum))
	near(t, counts(zipf.New(&Zipf{Theta: 0}), v), 0, 1./3, 1./3, 1./3)
}

// Suggestions in their order, as far as they are of use; then rarest first.
func TestSuggested(t *testing.T) {
	v := have(view(9, 9, 9, 1), 0)
	v.Suggested = []uint32{0, 2, 1}
	near(t, counts(byDefault(suggested), v), 0, 0, 1, 0)
	near(t, counts(byDefault(suggested), have(v, 1, 2)), 0, 0, 0, 1)
}
