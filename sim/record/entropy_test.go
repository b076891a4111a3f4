package record

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func entropyOf(copies []int, offset int) (float64, bool) {
	e := NewEntropy(len(copies), offset)
	for _, c := range copies {
		e.Add(c, 1)
	}
	return e.Value()
}

// Worked by hand: shares of 1/2, 1/4 and 1/4 have an entropy of 1.5 bits, of at most log2(3).
func TestEntropy(t *testing.T) {
	for _, c := range []struct {
		copies []int
		offset int
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
		got, ok := entropyOf(c.copies, c.offset)
		near(t, "entropy", got, c.want)
		if ok != c.ok {
			t.Errorf("%v less %d: ok is %v", c.copies, c.offset, ok)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		copies := rapid.SliceOfN(rapid.IntRange(0, 1000), 1, 50).Draw(r, "copies")
		e, _ := entropyOf(copies, 0)
		slices.Reverse(copies)
		reversed, _ := entropyOf(copies, 0)
		slices.Sort(copies) // to add pieces with equally many copies together
		together := NewEntropy(len(copies), 0)
		for from, to := 0, 0; from < len(copies); from = to {
			for to = from; to < len(copies) && copies[to] == copies[from]; to++ {
			}
			together.Add(copies[from], to-from)
		}
		if x, _ := together.Value(); math.Abs(e-x) > 1e-9 {
			r.Errorf("entropy of %v is %v, and %v if equal counts are added together", copies, e, x)
		}
		if e < 0 || e > 1 || math.Abs(e-reversed) > 1e-9 {
			r.Errorf("entropy of %v is %v, and %v in reverse order", copies, e, reversed)
		}
	})
}
