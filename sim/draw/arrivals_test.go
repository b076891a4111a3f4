package draw

import (
	"math"
	"slices"
	"testing"
	"time"

	"swarmsim/sim/scenario"
)

// Each pattern draws ascending times with the mean that its parameters say.
func TestArrivalTimes(t *testing.T) {
	const n = 20_000
	for _, c := range []struct {
		arrival scenario.Arrival
		mean    float64 // seconds
	}{
		{scenario.Arrival{Pattern: "at-once"}, 0},
		{scenario.Arrival{Pattern: "spread", Over: scenario.Duration(time.Hour)}, 1800},
		{scenario.Arrival{Pattern: "poisson", Rate: 10}, n / 10 / 2},
		{scenario.Arrival{Pattern: "flash-crowd", Decay: scenario.Duration(time.Minute)}, 60},
	} {
		times := arrivalTimes(&c.arrival, n, Stream(1, Arrival, 0))
		sum := 0.0
		for _, at := range times {
			sum += at.Seconds()
		}
		if !slices.IsSorted(times) || math.Abs(sum/n-c.mean) > 0.03*c.mean {
			t.Errorf("%s: mean arrival %.1f s, want %.1f s", c.arrival.Pattern, sum/n, c.mean)
		}
	}
}
