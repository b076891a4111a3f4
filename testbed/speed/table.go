package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"swarmsim/reports"
)

// describe says what the table has measured.
func describe(o *options) string {
	return fmt.Sprintf("%s, pieces of %s, one seed and one leecher over loopback, plaintext, files in memory; medians of up to %d runs in turns; %d cores.",
		reports.Size(int64(o.size)), reports.Size(pieceLength), o.runs, runtime.NumCPU())
}

// tableOf returns the table of medians, in Markdown.
func tableOf(contenders []*contender) string {
	var out strings.Builder
	out.WriteString("| client | runs | s, from the start | s, from the first MiB | CPU-s of the seed | CPU-s of the leecher | CPU-s | CPU / limit |\n")
	out.WriteString("|---|---|---|---|---|---|---|---|\n")
	limit := 0.0
	for _, c := range contenders {
		seed, leecher := medianOf(c.results, func(r *result) time.Duration { return r.seed }),
			medianOf(c.results, func(r *result) time.Duration { return r.leecher })
		both := medianOf(c.results, func(r *result) time.Duration { return r.seed + r.leecher })
		if c.driver == nil {
			limit = both
		}
		fmt.Fprintf(&out, "| %s | %d | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |\n",
			strings.TrimSpace(c.name+" "+c.version), len(c.results),
			medianOf(c.results, func(r *result) time.Duration { return r.fromStart }),
			medianOf(c.results, func(r *result) time.Duration { return r.fromFirst }),
			seed, leecher, both, both/limit)
	}
	return out.String()
}

// medianOf returns the median of a time, in seconds.
func medianOf(results []result, of func(*result) time.Duration) float64 {
	var times []time.Duration
	for i := range results {
		times = append(times, of(&results[i]))
	}
	slices.Sort(times)
	n := len(times)
	return (times[(n-1)/2] + times[n/2]).Seconds() / 2
}

// The marks of a page, between which the table is.
const (
	beginMark = "<!-- speed: made by testbed/speed -->\n"
	endMark   = "<!-- end of speed -->\n"
)

// writeTable replaces what is between the marks of a page.
func writeTable(path, table string) error {
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	page, err = replaceTable(page, table)
	if err != nil {
		return fmt.Errorf("%s %w", path, err)
	}
	return os.WriteFile(path, page, 0o666)
}

func replaceTable(page []byte, table string) ([]byte, error) {
	before, rest, ok1 := bytes.Cut(page, []byte(beginMark))
	_, after, ok2 := bytes.Cut(rest, []byte(endMark))
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("has no lines %q and %q", strings.TrimSpace(beginMark), strings.TrimSpace(endMark))
	}
	return slices.Concat(before, []byte(beginMark), []byte(table), []byte(endMark), after), nil
}
