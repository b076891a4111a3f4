package record

import (
	"encoding/json"
	"math"
	"slices"
	"time"
)

// Completion is the distribution of the times that leechers took from their arrival. If none
// completed, all fields but the count are null in the file.
type Completion struct {
	Count int     `json:"count"`
	Mean  Seconds `json:"mean"`
	P50   Seconds `json:"p50"`
	P95   Seconds `json:"p95"`
	Last  Seconds `json:"last"` // the longest
}

// MarshalJSON writes null for the times if there are none.
func (c Completion) MarshalJSON() ([]byte, error) {
	if c.Count == 0 {
		return []byte(`{"count":0,"mean":null,"p50":null,"p95":null,"last":null}`), nil
	}
	type plain Completion
	return json.Marshal(plain(c))
}

// NewCompletion returns the distribution of times in any order.
func NewCompletion(times []time.Duration) Completion {
	if len(times) == 0 {
		return Completion{}
	}
	times = slices.Clone(times)
	slices.Sort(times)
	sum := time.Duration(0)
	for _, t := range times {
		sum += t / time.Duration(len(times)) // the sum of the quotients cannot overflow
	}
	rest := time.Duration(0)
	for _, t := range times {
		rest += t % time.Duration(len(times))
	}
	return Completion{
		Count: len(times),
		Mean:  Seconds((sum + rest/time.Duration(len(times))).Seconds()),
		P50:   Seconds(quantile(times, 0.5).Seconds()),
		P95:   Seconds(quantile(times, 0.95).Seconds()),
		Last:  Seconds(times[len(times)-1].Seconds()),
	}
}

// quantile interpolates between the two nearest values: the median of 1, 2, 3, 4 is 2.5. This is
// Hyndman and Fan's type 7, the default of R, NumPy and spreadsheets.
func quantile(sorted []time.Duration, q float64) time.Duration {
	i, part := Rank(len(sorted), q)
	at := sorted[i]
	if part > 0 {
		at += time.Duration(math.Round(part * float64(sorted[i+1]-at)))
	}
	return at
}

// Rank returns the index of a quantile in a sorted list of n values, and the fraction of the way to
// the next value.
func Rank(n int, q float64) (at int, part float64) {
	h := float64(float64(n-1) * q) // rounded: some processors would fuse it with the subtraction
	at = int(math.Floor(h))
	return at, h - float64(at)
}
