// Package portable has functions of numbers that come out the same, to the last bit, on
// every kind of machine. Those of package math do not: Exp and Log are written in
// assembly for some processors, and in Go for others, where some compilers fuse a product
// and a sum into one instruction that rounds once. What a run draws or weighs, and so its
// record, would be another one there. Here every product is rounded before it is added.
//
// Within a few units of the last place they are as good as math's. Sqrt, Floor and the
// like are exact everywhere, Cbrt happens to be the same, and are math's to take.
package portable

import "math"

// ln2 in two parts: the first has so few digits that its multiples are exact.
const (
	ln2High = 6.93147180369123816490e-01
	ln2Low  = 1.90821492927058770002e-10
)

// Exp is e to the x.
func Exp(x float64) float64 {
	switch {
	case math.IsNaN(x) || x > 710:
		return x + x + math.Max(0, x) // infinite, or no number
	case x < -746:
		return 0
	}
	k := math.Floor(float64(x*math.Log2E) + 0.5)
	high := x - float64(k*ln2High)
	low := float64(k * ln2Low)
	r := high - low
	lost := (high - r) - low
	// Taylor's series; |r| is at most ln 2 / 2.
	sum := 0.0
	for n := 13.0; n >= 2; n-- {
		sum = float64((1+sum)*r) / n
	}
	return math.Ldexp(1+(r+(float64(r*sum)+lost)), int(k))
}

// Log is the natural logarithm.
func Log(x float64) float64 {
	if x <= 0 || math.IsNaN(x) || math.IsInf(x, 1) {
		return math.Log(x) // no number, or an infinite one
	}
	f, k := math.Frexp(x)
	if f < math.Sqrt2/2 {
		f *= 2
		k--
	}
	return float64(float64(k)*ln2High) + (areaTangent2((f-1)/(f+1)) + float64(float64(k)*ln2Low))
}

// Log1p is the natural logarithm of 1+x, also where x is small.
func Log1p(x float64) float64 {
	if math.Abs(x) > 0.25 || math.IsNaN(x) {
		return Log(1 + x)
	}
	return areaTangent2(x / (2 + x))
}

// areaTangent2 is twice the inverse hyperbolic tangent, the logarithm of (1+s)/(1-s), of
// a small number.
func areaTangent2(s float64) float64 {
	z := float64(s * s)
	sum := 0.0
	for n := 23.0; n >= 3; n -= 2 {
		sum = float64((sum + 1/n) * z)
	}
	return 2 * (s + float64(s*sum))
}

// Pow is x to the y, for x above 0, and 0 for x of 0 and y above 0. Its error grows with
// the logarithm of what comes out.
func Pow(x, y float64) float64 {
	switch {
	case y == 0 || x == 1:
		return 1
	case y == 1:
		return x
	case x == 0 && y > 0:
		return 0
	}
	return Exp(float64(y * Log(x)))
}
