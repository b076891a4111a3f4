package observe

import (
	"math"
	"testing"
	"time"

	"swarmsim/sim/record"
)

// However many samples are taken, few are kept: their times ascend, the last is the latest, and a constant
// rate stays what it is. A rate that rises evenly keeps its mean.
func TestSamplesAreJoined(t *testing.T) {
	for _, n := range []int{1, 2, maxSamples - 1, maxSamples, maxSamples + 1, 3*maxSamples + 7, 40 * maxSamples} {
		var s samples
		for i := range n {
			at := time.Duration(i+1) * interval
			x := record.Sample{At: at, Goodput: 5, Upload: float64(i), Groups: []record.GroupSample{{Down: 5, Downloading: true}}}
			s.add(x, record.ClientSample{At: at, Pieces: i, Down: 5})
		}
		if len(s.swarm) > maxSamples || len(s.swarm) != len(s.client) || n >= maxSamples && len(s.swarm) < maxSamples/2 {
			t.Fatalf("%d of %d samples are kept", len(s.swarm), n)
		}
		last, sum := time.Duration(0), 0.0
		for i := range s.swarm {
			x := &s.swarm[i]
			if x.At <= last || x.Goodput != 5 || x.Groups[0].Down != 5 || s.client[i].Down != 5 || s.client[i].At != x.At {
				t.Fatalf("%d: %+v after %v", n, x, last)
			}
			sum += x.Upload * float64(x.At-last)
			last = x.At
		}
		if last != time.Duration(n)*interval || s.client[len(s.client)-1].Pieces != n-1 {
			t.Errorf("%d: the last sample is at %v", n, last)
		}
		if mean, want := sum/float64(last), float64(n-1)/2; math.Abs(mean-want) > 1e-6*max(want, 1) {
			t.Errorf("%d: mean %v, want %v", n, mean, want)
		}
	}
}
