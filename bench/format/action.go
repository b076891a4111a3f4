package format

import (
	"fmt"
	"io"
	"strings"

	"swarmsim/bench"
)

// actionEntry is an entry of the files that github-action-benchmark takes for its tools
// customSmallerIsBetter and customBiggerIsBetter (BenchmarkResult of its src/extract.ts).
type actionEntry struct {
	Name  string  `json:"name"`
	Unit  string  `json:"unit"`
	Value float64 `json:"value"`
	Range string  `json:"range,omitempty"`
	Extra string  `json:"extra,omitempty"`
}

func writeSmaller(w io.Writer, r *bench.Results, _ *bench.Comparison) error {
	return encode(w, actionEntries(r, bench.LowerIsBetter))
}

func writeBigger(w io.Writer, r *bench.Results, _ *bench.Comparison) error {
	return encode(w, actionEntries(r, bench.HigherIsBetter))
}

// actionEntries returns the means of the metrics with a direction. The action knows entries by
// their names.
func actionEntries(r *bench.Results, direction bench.Direction) []actionEntry {
	out := []actionEntry{}
	for _, c := range cells(r, nil) {
		for i := range c.result.Metrics {
			m := &c.result.Metrics[i]
			s := summarize(m.Values)
			if m.Direction != direction || !finite(s.Mean) {
				continue
			}
			e := actionEntry{Name: oneLine(join(c.name(), m.Metric)), Unit: oneLine(m.Unit), Value: s.Mean}
			if s.Low < s.High {
				e.Range = digits(s.Low) + " to " + digits(s.High)
			}
			e.Extra = "mean of " + plural(s.N, "seed") + ": " + list(c.result.Seeds)
			out = append(out, e)
		}
	}
	return out
}

// list lists the first seeds.
func list(seeds []uint64) string {
	const most = 10
	var texts []string
	for i, s := range seeds {
		if i == most {
			texts = append(texts, "...")
			break
		}
		texts = append(texts, fmt.Sprint(s))
	}
	return strings.Join(texts, ", ")
}
