package reports

import (
	"fmt"
	"strings"

	"swarmsim/sim/record"
)

// waitingFact says what a run that came to its deadline was waiting for.
func waitingFact(w *record.Waiting) fact {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{
		{w.Blocks, "had asked for blocks"},
		{w.Requests, "had a neighbour that would have sent, but no request outstanding"},
		{w.Unchoke, "were choked by all that had what they lacked"},
		{w.Pieces, "had no neighbour with what they lacked"},
		{w.Neighbours, "were connected to nobody"},
		{w.Addresses, "knew of no other peer"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if w.Blocks > 0 {
		parts[0] += fmt.Sprintf(" (%.1f kB/s came)", float64(w.RateBytesPerSec)/1e3)
	}
	last := "no block ever came"
	if w.LastBlockS != nil {
		last = "the last block came at " + duration(float64(*w.LastBlockS))
	}
	who := "leechers were"
	if w.Leechers == 1 {
		who = "leecher was"
	}
	return fact{"waiting", fmt.Sprintf("%d %s not complete: %s; %s", w.Leechers, who, strings.Join(parts, ", "), last)}
}
