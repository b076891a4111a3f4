package record

import (
	"encoding/json"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Spread is the distribution of some numbers. If there are none, all fields but the count are null
// in the file.
type Spread struct {
	Count int   `json:"count"`
	Mean  Ratio `json:"mean"`
	P20   Ratio `json:"p20"`
	P50   Ratio `json:"p50"`
	P80   Ratio `json:"p80"`
	Max   Ratio `json:"max"`
}

// MarshalJSON writes null for a Spread of no numbers.
func (s Spread) MarshalJSON() ([]byte, error) {
	if s.Count == 0 {
		return []byte(`{"count":0,"mean":null,"p20":null,"p50":null,"p80":null,"max":null}`), nil
	}
	type plain Spread
	return json.Marshal(plain(s))
}

// NewSpread returns the distribution of numbers in any order.
func NewSpread(xs []float64) Spread {
	if len(xs) == 0 {
		return Spread{}
	}
	xs = slices.Clone(xs)
	slices.Sort(xs)
	at := func(q float64) Ratio {
		i, part := Rank(len(xs), q)
		x := xs[i]
		if part > 0 {
			x += float64(part * (xs[i+1] - x))
		}
		return Ratio(x)
	}
	return Spread{
		Count: len(xs),
		Mean:  Ratio(stat.Mean(xs, nil)),
		P20:   at(0.2),
		P50:   at(0.5),
		P80:   at(0.8),
		Max:   Ratio(xs[len(xs)-1]),
	}
}
