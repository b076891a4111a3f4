// Package portable has mathematical functions whose results are the same on every architecture, to
// the last bit.
//
// Those of package math are not: Exp and Log are written in assembly for some processors and in Go
// for others, and on some of those the compiler fuses a product and a sum into one instruction that
// rounds once. A run would draw other random numbers there, and its record would differ. In this
// package every product is rounded before it is added.
//
// The results differ from those of package math by a few units in the last place. Sqrt, Floor, Ceil
// and Trunc of package math are exact everywhere and Cbrt is the same on all architectures, so they
// are not repeated here.
package portable

import "math"

// ln 2 in two parts. The first has so few significant bits that k*ln2High is exact.
const (
	ln2High = 6.93147180369123816490e-01
	ln2Low  = 1.90821492927058770002e-10
)

// Exp returns e to the power of x.
func Exp(x float64) float64 {
	switch {
	case math.IsNaN(x) || x > 710:
		return x + x + math.Max(0, x) // +Inf or NaN
	case x < -746:
		return 0
	}
	k := math.Floor(float64(x*math.Log2E) + 0.5)
	high := x - float64(k*ln2High)
	low := float64(k * ln2Low)
	r := high - low
	rounding := (high - r) - low // what r lacks
	// Taylor series; |r| is at most ln 2 / 2.
	sum := 0.0
	for n := 13.0; n >= 2; n-- {
		sum = float64((1+sum)*r) / n
	}
	return math.Ldexp(1+(r+(float64(r*sum)+rounding)), int(k))
}

// Log returns the natural logarithm of x.
func Log(x float64) float64 {
	if x <= 0 || math.IsNaN(x) || math.IsInf(x, 1) {
		return math.Log(x) // NaN or infinite
	}
	f, k := math.Frexp(x)
	if f < math.Sqrt2/2 {
		f *= 2
		k--
	}
	return float64(float64(k)*ln2High) + (atanh2((f-1)/(f+1)) + float64(float64(k)*ln2Low))
}

// Log1p returns the natural logarithm of 1+x. It is accurate for small x too.
func Log1p(x float64) float64 {
	if math.Abs(x) > 0.25 || math.IsNaN(x) {
		return Log(1 + x)
	}
	return atanh2(x / (2 + x))
}

// atanh2 returns twice the inverse hyperbolic tangent of a small number s: the logarithm of
// (1+s)/(1-s).
func atanh2(s float64) float64 {
	z := float64(s * s)
	sum := 0.0
	for n := 23.0; n >= 3; n -= 2 {
		sum = float64((sum + 1/n) * z)
	}
	return 2 * (s + float64(s*sum))
}

// Pow returns x to the power of y. x must be positive, or 0 with a positive y. The relative error
// grows with the logarithm of the result.
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
