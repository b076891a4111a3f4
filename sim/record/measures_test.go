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

// Worked by hand: shares 1/2, 1/4, 1/4 have 1.5 bits of the log2(3) there can be.
func TestEntropy(t *testing.T) {
	for _, c := range []struct {
		copies []int32
		from   int32
		want   float64
		ok     bool
	}{
		{[]int32{2, 1, 1}, 0, 1.5 / math.Log2(3), true},
		{[]int32{5, 4, 4}, 3, 1.5 / math.Log2(3), true},
		{[]int32{4, 4, 4, 4}, 0, 1, true},
		{[]int32{0, 9, 0}, 0, 0, true},
		{[]int32{1, 1, 0, 0}, 0, 0.5, true},
		{[]int32{3, 3}, 3, 0, false},
		{[]int32{2}, 0, 1, true},
	} {
		got, ok := Entropy(c.copies, c.from)
		near(t, "entropy", got, c.want)
		if ok != c.ok {
			t.Errorf("%v less %d: ok is %v", c.copies, c.from, ok)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		copies := rapid.SliceOfN(rapid.Int32Range(0, 1000), 1, 50).Draw(r, "copies")
		e, _ := Entropy(copies, 0)
		slices.Reverse(copies)
		turned, _ := Entropy(copies, 0)
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
