package portable

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"testing"
)

// The results are those of package math, except for the last digits.
func TestAccuracy(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	near := func(name string, got, want float64) {
		if math.Abs(got-want) > 4e-15*math.Abs(want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	for range 100_000 {
		x := 20 * (r.Float64() - 0.5)
		near("exp", Exp(x), math.Exp(x))
		near("log", Log(math.Exp(x)), math.Log(math.Exp(x)))
		p := 0.99 * r.Float64()
		near("log1p", Log1p(-p), math.Log1p(-p))
		near("log1p", Log1p(-1e-6*p), math.Log1p(-1e-6*p))
		k := float64(1 + r.IntN(1000))
		near("pow", Pow(k, -2*p), math.Pow(k, -2*p))
	}
	for _, x := range []float64{math.Inf(1), math.Inf(-1), 709.7, 711, -745, -747, 1e-300, 0, math.NaN()} {
		if got, want := Exp(x), math.Exp(x); !same(got, want) {
			t.Errorf("Exp(%v) = %v, want %v", x, got, want)
		}
	}
	for _, x := range []float64{math.Inf(1), 0, -1, 1, 1e-300, math.MaxFloat64, math.NaN()} {
		if got, want := Log(x), math.Log(x); !same(got, want) {
			t.Errorf("Log(%v) = %v, want %v", x, got, want)
		}
	}
	for _, xy := range [][2]float64{{0, 0.5}, {0, 0}, {1, 7}, {7, 1}, {7, 0}} {
		if got, want := Pow(xy[0], xy[1]), math.Pow(xy[0], xy[1]); got != want {
			t.Errorf("Pow%v = %v, want %v", xy, got, want)
		}
	}
}

func same(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || a == b || math.Abs(a-b) <= 1e-15*math.Abs(b)
}

// Every bit is the same on every architecture: the expected hash was computed on amd64.
func TestResultsArePortable(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	h := fnv.New64a()
	add := func(x float64) {
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(x))
		h.Write(b[:])
	}
	for range 10_000 {
		u := r.Float64()
		add(Exp(40 * (u - 0.5)))
		add(Log(u))
		add(Log1p(-u))
		add(Pow(100*u, 3*r.Float64()))
	}
	if got, want := h.Sum64(), uint64(0x77ba873111d015d); got != want {
		t.Errorf("the hash of all results is %#x, want %#x", got, want)
	}
}
