package bench

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// formatNumber is the version of the format of results files. A change that an older program would
// misread increases it.
const formatNumber = 1

// Write writes the results as a file that ReadResults reads back: YAML, with one line for each
// metric, so that a difference between two files shows what moved.
func (r *Results) Write(w io.Writer) error {
	var b bytes.Buffer
	line := func(indent int, format string, args ...any) {
		fmt.Fprintf(&b, "%s"+format+"\n", append([]any{strings.Repeat(" ", indent)}, args...)...)
	}
	line(0, "format: %d", formatNumber)
	line(0, "suite: %s", word(r.Suite))
	if r.File != "" {
		line(0, "file: %s", word(r.File))
	}
	line(0, "digest: %s", word(r.Digest))
	line(0, "program: %s", word(r.Program))
	line(0, "values: %d", r.values())
	if len(r.Cells) == 0 {
		line(0, "cells: []")
	} else {
		line(0, "cells:")
	}
	for i := range r.Cells {
		r.Cells[i].write(line)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// write writes the lines of a cell.
func (c *Cell) write(line func(indent int, format string, args ...any)) {
	line(2, "- case: %s", word(c.Case))
	line(4, "subject: %s", word(c.Subject))
	if c.Composition != "" {
		line(4, "composition: %s", word(c.Composition))
	}
	if c.Version != "" {
		line(4, "version: %s", word(c.Version))
	}
	if c.Unsupported != "" {
		line(4, "unsupported: %s", word(c.Unsupported))
		return
	}
	if !c.Repeatable {
		line(4, "repeatable: false")
	}
	line(4, "scenario: %s", word(c.Scenario))
	if c.Replay != "" {
		line(4, "replay: %s", word(c.Replay))
	}
	line(4, "seeds: [%s]", list(c.Seeds, func(s uint64) string { return strconv.FormatUint(s, 10) }))
	if len(c.Records) > 0 {
		line(4, "records: [%s]", list(c.Records, word))
	}
	line(4, "metrics:")
	for i := range c.Metrics {
		line(6, "%s", c.Metrics[i].line())
	}
}

// line returns the line of a metric.
func (s *Series) line() string {
	text := word(s.Metric) + ": {"
	if s.Unit != "" {
		text += "unit: " + word(s.Unit) + ", "
	}
	if s.Direction != NoDirection {
		text += "better: " + s.Direction.String() + ", "
	}
	if s.Tolerance > 0 {
		text += "tolerance: " + number(s.Tolerance) + ", "
	}
	return text + "values: [" + list(s.Values, number) + "]}"
}

// number writes a number with as few digits as read back as the same number.
func number(x float64) string {
	if math.IsNaN(x) {
		return ".nan"
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

func list[T any](xs []T, text func(T) string) string {
	var out []string
	for _, x := range xs {
		out = append(out, text(x))
	}
	return strings.Join(out, ", ")
}

// word writes a text on one line, in quotes if YAML would take it for something else.
func word(s string) string {
	n := &yaml.Node{}
	n.SetString(s)
	n.Style = 0
	text, err := yaml.Marshal(&yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle, Content: []*yaml.Node{n}})
	out := strings.TrimSpace(string(text))
	if err != nil || !strings.HasPrefix(out, "[") || !strings.HasSuffix(out, "]") || strings.Contains(out, "\n") {
		return strconv.Quote(s) // YAML's double quotes have the same escapes for what is on one line
	}
	return out[1 : len(out)-1]
}

// values returns the number of values, by which a file that lost its end is recognized.
func (r *Results) values() int {
	n := 0
	for i := range r.Cells {
		n += len(r.Cells[i].Seeds) * len(r.Cells[i].Metrics)
	}
	return n
}
