package format

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode"

	"swarmsim/bench"
)

// writeGo writes the Go benchmark format (https://go.dev/design/14313-benchmark-format), which
// benchstat reads: a line per cell and seed, such as
//
//	Unit completion_p50-sec better=lower assume=exact
//	BenchmarkSwarm/case=flash-8/subject=default/seed=7 1 12.25 completion_p50-sec
//
// The seed is a part of the name, because each seed is exact: benchstat compares it with the same
// seed. The seeds of a subject that is not repeatable are samples of one benchmark instead, in
// units of their own, since benchstat's assumption is per unit.
func writeGo(w io.Writer, r *bench.Results, _ *bench.Comparison) error {
	out := bufio.NewWriter(w)
	if r == nil {
		return nil
	}
	fmt.Fprintf(out, "suite: %s\n", oneLine(r.Suite))
	writeUnits(out, r)
	for i := range r.Cells {
		c := &r.Cells[i]
		for k, seed := range c.Seeds {
			writeGoLine(out, c, k, seed)
		}
	}
	return out.Flush()
}

// writeUnits writes a line for each unit, in the order of the suite.
func writeUnits(out *bufio.Writer, r *bench.Results) {
	said := map[string]bool{}
	for i := range r.Cells {
		c := &r.Cells[i]
		for k := range c.Metrics {
			s := &c.Metrics[k]
			unit := goUnit(c, s)
			if said[unit] {
				continue
			}
			said[unit] = true
			line := "Unit " + unit
			if s.Direction != bench.NoDirection {
				line += " better=" + directionWords[s.Direction]
			}
			if c.Repeatable {
				line += " assume=exact"
			} else {
				line += " assume=nothing"
			}
			fmt.Fprintln(out, line)
		}
	}
}

// writeGoLine writes the values of a cell with one seed. A seed without values has no line.
func writeGoLine(out *bufio.Writer, c *bench.Cell, k int, seed uint64) {
	var values strings.Builder
	for i := range c.Metrics {
		s := &c.Metrics[i]
		if k < len(s.Values) && !math.IsNaN(s.Values[k]) {
			fmt.Fprintf(&values, " %s %s", digits(s.Values[k]), goUnit(c, s))
		}
	}
	if values.Len() == 0 {
		return
	}
	name := "BenchmarkSwarm/case=" + goWord(c.Case)
	if c.Subject != "" {
		name += "/subject=" + goWord(c.Subject)
	}
	if c.Composition != "" {
		name += "/mix=" + goWord(c.Composition)
	}
	if c.Repeatable {
		name += fmt.Sprintf("/seed=%d", seed)
	} else {
		name += "/seed=any" // not the number of a CPU setting, as -8 at the end of a name would be
	}
	fmt.Fprintf(out, "%s 1%s\n", name, values.String())
}

// goUnit returns the unit of a metric: its name and what it is measured in.
func goUnit(c *bench.Cell, s *bench.Series) string {
	unit := goWord(s.Metric)
	switch s.Unit {
	case "":
	case "s":
		unit += "-sec"
	default:
		unit += "-" + goWord(s.Unit)
	}
	if !c.Repeatable {
		unit = "sampled-" + unit
	}
	return unit
}

// goWord makes a text one word without slashes: other characters are percent-encoded.
func goWord(s string) string {
	var out strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\uFFFD") {
		if unicode.IsSpace(r) || unicode.IsControl(r) || isHidden(r) || r == '%' || r == '/' {
			for _, b := range []byte(string(r)) {
				fmt.Fprintf(&out, "%%%02X", b)
			}
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}
