package bench

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"swarmsim/sim/scenario"
)

// MaxResults bounds the size of a results file, in bytes.
const MaxResults = 16 << 20

// resultsFile is a results file as it is written.
type resultsFile struct {
	Format  int        `json:"format" jsonschema:"version of the format"`
	Suite   string     `json:"suite" jsonschema:"name of the suite"`
	File    string     `json:"file,omitempty"`
	Digest  string     `json:"digest" jsonschema:"digest of the suite"`
	Program string     `json:"program" jsonschema:"version of the program that played the suite"`
	Values  int        `json:"values" jsonschema:"number of values"`
	Cells   []cellFile `json:"cells" jsonschema:"the results"`
}

type cellFile struct {
	Case        string   `json:"case" jsonschema:"name of the case"`
	Subject     string   `json:"subject" jsonschema:"name of the subject"`
	Composition string   `json:"composition,omitempty"`
	Version     string   `json:"version,omitempty"`
	Unsupported string   `json:"unsupported,omitempty"`
	Repeatable  bool     `json:"repeatable,omitempty"`
	Scenario    string   `json:"scenario,omitempty"`
	Replay      string   `json:"replay,omitempty"`
	Seeds       []uint64 `json:"seeds,omitempty"`
	Records     []string `json:"records,omitempty"`
	Metrics     metrics  `json:"metrics,omitempty"`
}

// metrics are the lines of a cell, in the order of the file.
type metrics []Series

// ReadNode reads a mapping from metrics to their values. It is strict: results that are misread
// would give a wrong verdict.
func (m *metrics) ReadNode(n *yaml.Node, fail func(at *yaml.Node, format string, args ...any)) {
	if n.Kind != yaml.MappingNode {
		fail(n, "must be a mapping from metrics to their values")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		s := Series{Metric: n.Content[i].Value}
		if slices.ContainsFunc(*m, func(o Series) bool { return o.Metric == s.Metric }) || s.Metric == "" {
			fail(n.Content[i], "metric %q has no name or is given twice", s.Metric)
		}
		s.read(n.Content[i+1], fail)
		*m = append(*m, s)
	}
}

// read reads {unit: s, better: lower, tolerance: 0.02, values: [1, 2]}.
func (s *Series) read(n *yaml.Node, fail func(at *yaml.Node, format string, args ...any)) {
	if n.Kind != yaml.MappingNode {
		fail(n, "%s: must be a mapping with values", s.Metric)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, n.Content[i+1]
		if seen[key] {
			fail(n.Content[i], "%s: %s is given twice", s.Metric, key)
		}
		seen[key] = true
		var ok bool
		switch key {
		case "unit":
			s.Unit, ok = value.Value, value.Kind == yaml.ScalarNode && len(value.Value) < 20
		case "better":
			s.Direction, ok = directionNames[value.Value]
		case "tolerance":
			s.Tolerance, ok = readNumber(value)
			ok = ok && s.Tolerance >= 0 && s.Tolerance <= 1
		case "values":
			ok = s.readValues(value)
		default:
			fail(n.Content[i], "%s: there is no field %q; there are unit, better, tolerance and values", s.Metric, key)
			continue
		}
		if !ok {
			fail(value, "%s: %s cannot be %.100q", s.Metric, key, scenario.OneLine(value))
		}
	}
	if !seen["values"] {
		fail(n, "%s: has no values", s.Metric)
	}
}

func (s *Series) readValues(n *yaml.Node) bool {
	for _, item := range n.Content {
		x, ok := readNumber(item)
		if !ok {
			return false
		}
		s.Values = append(s.Values, x)
	}
	return n.Kind == yaml.SequenceNode
}

// readNumber reads a finite number, or .nan for a value that a run does not have.
func readNumber(n *yaml.Node) (float64, bool) {
	if n.Kind != yaml.ScalarNode {
		return 0, false
	}
	if n.Value == ".nan" {
		return math.NaN(), true
	}
	x, err := strconv.ParseFloat(n.Value, 64)
	return x, err == nil && x-x == 0
}

// ReadResults reads a results file. file names it in messages. The error is scenario.Problems.
func ReadResults(text []byte, file string) (*Results, error) {
	if p := notResults(text, file); p != nil {
		return nil, scenario.Problems{*p}
	}
	f := resultsFile{}
	src := scenario.Source{Text: text, Shown: file, MaxText: MaxResults}
	doc, err := scenario.ReadDocument(src, "a results file of bench: a mapping with format, suite and cells", &f)
	if err != nil {
		return nil, err
	}
	r := &Results{Suite: f.Suite, File: f.File, Digest: f.Digest, Program: f.Program}
	var problems scenario.Problems
	fail := func(field, format string, args ...any) {
		problems = append(problems, doc.Problem(field, fmt.Sprintf(format, args...)))
	}
	for i := range f.Cells {
		field := fmt.Sprintf("cells[%d]", i)
		c := f.Cells[i].cell(!doc.Has(field + ".repeatable"))
		c.check(field, fail)
		if r.Cell(c.Case, c.Subject, c.Composition) != nil {
			fail(field, "%s has results twice", cellName(c.Case, c.Subject, c.Composition))
		}
		r.Cells = append(r.Cells, c)
	}
	if !scenario.ValidName(f.Suite) {
		fail("suite", "%q is not the name of a suite", f.Suite)
	}
	if n := r.values(); n != f.Values && problems == nil {
		fail("values", "the file should have %d values and has %d: a part of it is missing", f.Values, n)
	}
	if problems != nil {
		return nil, problems
	}
	return r, nil
}

// cell returns the cell that was read.
func (c *cellFile) cell(repeatable bool) Cell {
	return Cell{
		Case:        c.Case,
		Subject:     c.Subject,
		Composition: c.Composition,
		Scenario:    c.Scenario,
		Replay:      c.Replay,
		Version:     c.Version,
		Repeatable:  repeatable || c.Repeatable,
		Unsupported: c.Unsupported,
		Seeds:       c.Seeds,
		Records:     c.Records,
		Metrics:     c.Metrics,
	}
}

// check checks that every list has a value for each seed.
func (c *Cell) check(field string, fail failFunc) {
	switch n := len(c.Seeds); {
	case c.Unsupported != "":
		if n > 0 || len(c.Metrics) > 0 {
			fail(field, "is unsupported and has values")
		}
		return
	case n == 0:
		fail(field+".seeds", "has no seed")
	case len(c.Records) > 0 && len(c.Records) != n:
		fail(field+".records", "has %d digests for %d seeds", len(c.Records), n)
	}
	if len(c.Metrics) == 0 {
		fail(field, "has no metrics")
	}
	for i, s := range c.Seeds {
		if slices.Contains(c.Seeds[:i], s) {
			fail(field+".seeds", "seed %d is given twice", s)
			break
		}
	}
	for _, m := range c.Metrics {
		if len(m.Values) != len(c.Seeds) {
			fail(field+".metrics", "%s has %d values for %d seeds", m.Metric, len(m.Values), len(c.Seeds))
		}
	}
}

// Cell returns the cell of a case, a subject and a composition, or nil.
func (r *Results) Cell(cas, subject, composition string) *Cell {
	for i := range r.Cells {
		c := &r.Cells[i]
		if c.Case == cas && c.Subject == subject && c.Composition == composition {
			return c
		}
	}
	return nil
}

// Keep leaves only the cells of the named cases and subjects; an empty list stands for all.
func (r *Results) Keep(cases, subjects []string) {
	r.Cells = slices.DeleteFunc(r.Cells, func(c Cell) bool {
		return len(cases) > 0 && !slices.Contains(cases, c.Case) || len(subjects) > 0 && !slices.Contains(subjects, c.Subject)
	})
}

// notResults recognizes files that are no results for a reason that YAML would not give.
func notResults(text []byte, file string) *scenario.Problem {
	if len(bytes.TrimSpace(text)) == 0 {
		return &scenario.Problem{File: file, Message: "is empty; bench save writes a baseline"}
	}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		if isConflictMarker(strings.TrimRight(line, "\r\n")) {
			return &scenario.Problem{File: file, Line: number, Col: 1, Message: "has a merge conflict; resolve it by saving " +
				"the merged program's results again with bench save"}
		}
	}
	if n := scenario.Keys(text[:min(len(text), headLength(text))])["format"]; n != nil {
		if format, err := strconv.Atoi(n.Value); err != nil || format != formatNumber {
			p := &scenario.Problem{File: file, Line: n.Line, Col: n.Column, Field: "format"}
			p.Message = fmt.Sprintf("%q is not a format that this program reads, which is %d", n.Value, formatNumber)
			if err == nil && format > formatNumber {
				p.Message = fmt.Sprintf("the file was written by a newer program, in format %d; this one reads format %d",
					format, formatNumber)
			}
			return p
		}
	}
	return nil
}

// LooksLikeResults reports whether a file begins as results do. It may be damaged, or of a newer
// version.
func LooksLikeResults(text []byte) bool {
	return bytes.HasPrefix(text, []byte("format: ")) && bytes.Contains(text, []byte("\nsuite: "))
}

// headLength is the length of the first line, which has the format.
func headLength(text []byte) int {
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}

// isConflictMarker reports whether a line is one that git leaves where two versions differ.
func isConflictMarker(line string) bool {
	for _, mark := range []string{"<<<<<<<", ">>>>>>>", "|||||||"} {
		if strings.HasPrefix(line, mark) {
			return true
		}
	}
	return line == "======="
}
