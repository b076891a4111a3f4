package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"swarmsim/bounded"
)

// maxTrace limits the size of a trace file: 64 MiB.
const maxTrace = 64 << 20

// readTrace reads arrival times, one number of seconds per line. # begins a comment. A byte
// order mark at the beginning is ignored.
func readTrace(src Source, name string) ([]Duration, error) {
	text, err := bounded.ReadFile(src.Files, FilePath(src.Dir, name), maxTrace)
	if err != nil {
		return nil, err
	}
	var out []Duration
	number := 0
	for line := range strings.Lines(strings.TrimPrefix(string(text), "\ufeff")) {
		number++
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		at, err := traceTime(line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		out = append(out, at)
	}
	return out, nil
}

// traceTime reads one arrival. An error does not repeat text that is not a number: the file may
// hold secrets.
func traceTime(line string) (Duration, error) {
	x, err := strconv.ParseFloat(line, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange) || x != x:
		return 0, errors.New("is not a number of seconds such as 12.5")
	case x < 0:
		return 0, fmt.Errorf("%s is before the start of the run; arrivals are in seconds from there", line)
	case x > maxDuration.Seconds():
		return 0, fmt.Errorf("%s is more than ten years; arrivals are in seconds since the start of the run, so "+
			"subtract the first time of a log", line)
	}
	return Duration(x * float64(time.Second)), nil
}

func (d *decoder) checkTrace(s *Scenario, g *Group, field string, src Source) {
	times, err := readTrace(src, g.Arrival.File)
	if err != nil {
		d.failAt(field+".file", "cannot use the trace %q: %v", g.Arrival.File, err)
		return
	}
	slices.Sort(times)
	switch n := len(times); {
	case n == 0:
		d.failAt(field+".file", "the trace %q has no arrivals; the format is one number of seconds per line", g.Arrival.File)
		return
	case n < g.Count:
		d.failAt(field+".file", "the trace %q has %d arrivals for %d peers; set count to at most %d",
			g.Arrival.File, n, g.Count, n)
		return
	case n > g.Count:
		d.warn(field+".file", "the trace %q has %d arrivals, of which the group's %d peers use the first; set "+
			"count to %d to use all", g.Arrival.File, n, g.Count, n)
	}
	g.Arrival.Times = times[:g.Count]
	if g.Count == 0 {
		return
	}
	if last := times[g.Count-1] + g.Arrival.Start; last >= s.Stop.Deadline {
		d.failAt(field+".file", "the trace's arrival at %v is not before the deadline %v", last, s.Stop.Deadline)
	}
}
