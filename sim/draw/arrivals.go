package draw

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"swarmsim/sim/scenario"
)

// Arrivals returns when the peers of the scenario's groups arrive, group by group and within each
// group in ascending order.
func Arrivals(s *scenario.Scenario) []time.Duration {
	var out []time.Duration
	for i := range s.Groups {
		g := &s.Groups[i]
		for _, t := range arrivalTimes(&g.Arrival, g.Count, Stream(s.Seed, Arrival, uint64(i))) {
			out = append(out, t+g.Arrival.Start.Std())
		}
	}
	return out
}

// arrivalTimes draws the arrivals of a number of peers, from the start of the pattern on.
func arrivalTimes(a *scenario.Arrival, count int, r *rand.Rand) []time.Duration {
	out := make([]time.Duration, count)
	at := 0.0
	for i := range out {
		switch a.Pattern {
		case scenario.ArriveSpread:
			out[i] = time.Duration(int64(a.Over) / int64(count) * int64(i))
		case scenario.ArrivePoisson:
			at += r.ExpFloat64() / float64(a.Rate)
			out[i] = time.Duration(min(at*1e9, math.MaxInt64/4))
		case scenario.ArriveFlashCrowd:
			// In a Poisson process whose rate decays as exp(-t/decay) a given number of arrivals
			// are independent exponential draws.
			out[i] = time.Duration(r.ExpFloat64() * float64(a.Decay))
		case scenario.ArriveTrace:
			out[i] = a.Times[i].Std()
		}
	}
	slices.Sort(out)
	return out
}
