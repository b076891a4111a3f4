package reports

import (
	"fmt"
	"strings"

	"swarmsim/sim/record"
)

// waitingFact describes what the incomplete leechers of a run that reached its deadline were
// waiting for.
func waitingFact(w *record.Waiting) fact {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{
		{w.Blocks, "had outstanding requests"},
		{w.Requests, "were unchoked, but had no outstanding request"},
		{w.Unchoke, "were choked by every neighbour with a piece that they lacked"},
		{w.Pieces, "had no neighbour with a piece that they lacked"},
		{w.Neighbours, "had no connection"},
		{w.Addresses, "knew no other peer"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if w.Blocks > 0 {
		parts[0] += fmt.Sprintf(" (received %.1f kB/s)", float64(w.RateBytesPerSec)/1e3)
	}
	last := "no block ever arrived"
	if w.LastBlockS != nil {
		last = "the last block arrived at " + duration(float64(*w.LastBlockS))
	}
	who := "leechers were"
	if w.Leechers == 1 {
		who = "leecher was"
	}
	return fact{"waiting", fmt.Sprintf("%d %s not complete: %s; %s", w.Leechers, who, strings.Join(parts, ", "), last)}
}
