package record

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-12 {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// Worked by hand: (1+2+3)^2 / (3 * 14) and so on.
func TestJain(t *testing.T) {
	near(t, "1, 2, 3", Jain([]float64{1, 2, 3}), 36.0/42)
	near(t, "all the same", Jain([]float64{5, 5, 5, 5}), 1)
	near(t, "one has all", Jain([]float64{0, 0, 7, 0}), 0.25)
	near(t, "nothing to share", Jain([]float64{0, 0}), 1)
	rapid.Check(t, func(r *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(0, 1e9), 1, 50).Draw(r, "xs")
		if j := Jain(xs); j < 1/float64(len(xs))-1e-9 || j > 1+1e-9 {
			r.Errorf("Jain of %v is %v", xs, j)
		}
	})
}

func entropyOf(copies []int, from int) (float64, bool) {
	e := NewEntropy(len(copies), from)
	for _, c := range copies {
		e.Add(c, 1)
	}
	return e.Value()
}

// Worked by hand: shares 1/2, 1/4, 1/4 have 1.5 bits of the log2(3) there can be.
func TestEntropy(t *testing.T) {
	for _, c := range []struct {
		copies []int
		from   int
		want   float64
		ok     bool
	}{
		{[]int{2, 1, 1}, 0, 1.5 / math.Log2(3), true},
		{[]int{5, 4, 4}, 3, 1.5 / math.Log2(3), true},
		{[]int{4, 4, 4, 4}, 0, 1, true},
		{[]int{0, 9, 0}, 0, 0, true},
		{[]int{1, 1, 0, 0}, 0, 0.5, true},
		{[]int{3, 3}, 3, 0, false},
		{[]int{2}, 0, 1, true},
	} {
		got, ok := entropyOf(c.copies, c.from)
		near(t, "entropy", got, c.want)
		if ok != c.ok {
			t.Errorf("%v less %d: ok is %v", c.copies, c.from, ok)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		copies := rapid.SliceOfN(rapid.IntRange(0, 1000), 1, 50).Draw(r, "copies")
		e, _ := entropyOf(copies, 0)
		slices.Reverse(copies)
		turned, _ := entropyOf(copies, 0)
		slices.Sort(copies) // and those of as many copies together
		together := NewEntropy(len(copies), 0)
		for from, to := 0, 0; from < len(copies); from = to {
			for to = from; to < len(copies) && copies[to] == copies[from]; to++ {
			}
			together.Add(copies[from], to-from)
		}
		if x, _ := together.Value(); math.Abs(e-x) > 1e-9 {
			r.Errorf("entropy of %v is %v, and %v together", copies, e, x)
		}
		if e < 0 || e > 1 || math.Abs(e-turned) > 1e-9 {
			r.Errorf("entropy of %v is %v, and %v backwards", copies, e, turned)
		}
	})
}

func TestSpread(t *testing.T) {
	if got := NewSpread([]float64{5, 1, 4, 2, 3}); got != (Spread{5, 3, 1.8, 3, 4.2, 5}) {
		t.Errorf("1 to 5: %+v", got)
	}
	if got := NewSpread(nil); got != (Spread{}) {
		t.Errorf("none: %+v", got)
	}
}
