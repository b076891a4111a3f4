package record

import (
	"math"
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
	near(t, "all equal", Jain([]float64{5, 5, 5, 5}), 1)
	near(t, "one has everything", Jain([]float64{0, 0, 7, 0}), 0.25)
	near(t, "only zeros", Jain([]float64{0, 0}), 1)
	rapid.Check(t, func(r *rapid.T) {
		xs := rapid.SliceOfN(rapid.Float64Range(0, 1e9), 1, 50).Draw(r, "xs")
		if j := Jain(xs); j < 1/float64(len(xs))-1e-9 || j > 1+1e-9 {
			r.Errorf("Jain of %v is %v", xs, j)
		}
	})
}
