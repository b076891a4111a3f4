package sweep

import (
	"math"
	"slices"
)

// Sides computes both sides from the values of the refs.
func (e *Expectation) Sides(value func(*Ref) float64) (left, right float64) {
	return e.left.value(value), e.right.value(value)
}

// Holds reports whether the relation of the statement holds for two numbers.
func (e *Expectation) Holds(left, right float64) bool {
	switch e.op {
	case "<":
		return left < right
	case "<=":
		return left <= right
	case ">":
		return left > right
	case ">=":
		return left >= right
	}
	return left == right || math.Abs(left-right) <= 1e-12*math.Abs(right)
}

// IsRatio reports whether the left side is a ratio of two measures.
func (e *Expectation) IsRatio() bool { return e.left.over != nil }

// Gap computes the left side minus the right side from the means of Refs, and stores its
// derivative by each mean in slopes. It is a stats.Statistic.
func (e *Expectation) Gap(means, slopes []float64) float64 {
	refs := e.Refs()
	clear(slopes[:len(refs)])
	return e.left.addSlopes(1, refs, means, slopes) - e.right.addSlopes(-1, refs, means, slopes)
}

// value computes a side from the values of its refs.
func (s side) value(valueOf func(*Ref) float64) float64 {
	v := s.factor
	if s.ref != nil {
		v *= valueOf(s.ref)
	}
	if s.over != nil {
		v /= valueOf(s.over)
	}
	return v
}

// addSlopes computes a side from means, and adds its derivatives, times sign, to slopes.
func (s side) addSlopes(sign float64, refs []*Ref, means, slopes []float64) float64 {
	if s.ref == nil {
		return s.factor
	}
	i := slices.Index(refs, s.ref)
	v, slope := s.factor*means[i], s.factor
	if s.over != nil {
		k := slices.Index(refs, s.over)
		v /= means[k]
		slope /= means[k]
		slopes[k] -= sign * v / means[k]
	}
	slopes[i] += float64(sign * slope)
	return v
}
