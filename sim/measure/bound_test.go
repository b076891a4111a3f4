package measure

import (
	"slices"
	"testing"
	"time"
)

func TestTimesReached(t *testing.T) {
	changes := []CapacityChange{{0, 10}, {10 * time.Second, -10}, {20 * time.Second, 5}, {30 * time.Second, -5}}
	got := timesReached(changes, []float64{50, 100, 125, 151}) // 150 bytes in total
	want := []time.Duration{5 * time.Second, 10 * time.Second, 25 * time.Second}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Each part of the bound, where it is the one that binds. The content is 1,000 bytes.
func TestBoundParts(t *testing.T) {
	constant := func(rate float64, from, to time.Duration) []CapacityChange {
		return []CapacityChange{{from, rate}, {to, -rate}}
	}
	const hour = time.Hour
	seed := func(rate float64) Participant { return Participant{Seed: true, Uplink: constant(rate, 0, hour)} }
	leecher := func(arrived time.Duration, up float64, down int64) Participant {
		return Participant{Completed: true, Arrived: arrived, Uplink: constant(up, arrived, hour), Downlink: down}
	}
	for _, c := range []struct {
		name  string
		peers []Participant
		want  time.Duration
	}{
		{"a downlink", []Participant{seed(1000), leecher(0, 1000, 50)}, 20 * time.Second},
		{"the seed", []Participant{seed(100), leecher(0, 1000, 1000)}, 10 * time.Second},
		{"all uplinks", []Participant{seed(100), leecher(0, 25, 1000), leecher(0, 25, 1000),
			leecher(0, 25, 1000), leecher(0, 25, 1000)}, 20 * time.Second},
		{"all uplinks, one leecher late", []Participant{seed(100), leecher(0, 0, 1000),
			leecher(15*time.Second, 0, 1000)}, 10 * time.Second},
	} {
		if got, ok := Bound(1000, c.peers); !ok || got != c.want {
			t.Errorf("%s: %v, %v; want %v", c.name, got, ok, c.want)
		}
	}
	if _, ok := Bound(1000, []Participant{seed(100), {Uplink: constant(1, 0, hour)}}); ok {
		t.Error("there is a bound although no leecher completed")
	}
}

func TestCapacity(t *testing.T) {
	uplink := []CapacityChange{{time.Second, 10}, {3 * time.Second, -10}}
	for until, want := range map[time.Duration]float64{0: 0, 2 * time.Second: 10, time.Minute: 20} {
		if got := Capacity(uplink, until); got != want {
			t.Errorf("until %v: %v bytes, want %v", until, got, want)
		}
	}
}
