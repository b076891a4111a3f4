package lab

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"swarmsim/sim/scenario"
)

// Sweep says what to compare: a scenario, its variants, fields to vary, seeds.
type Sweep struct {
	Name     string        `json:"name" jsonschema:"short name, also of the results folder"`
	About    string        `json:"about,omitempty" jsonschema:"what the sweep shows, in a sentence or two"`
	Scenario Base          `json:"scenario" jsonschema:"what is played: a scenario of the library by its name, a file by its path from this file's folder, or the scenario itself"`
	Set      Changes       `json:"set,omitempty" jsonschema:"fields of the scenario to change for all, as with run --set"`
	Seeds    Seeds         `json:"seeds,omitempty" jsonschema:"how many seeds each combination is played with, such as 20, or which: 11..30"`
	Variants Variants      `json:"variants,omitempty" jsonschema:"what is compared: a name for each, and the fields it changes; without variants the first of vary takes their place"`
	Vary     Axes          `json:"vary,omitempty" jsonschema:"fields, each with a list or a range of values; all are crossed"`
	Metrics  []string      `json:"metrics,omitempty" jsonschema:"numbers of the summary to compare, such as completion.mean"`
	Compare  string        `json:"compare,omitempty" jsonschema:"the variant that the others are compared with; the first unless said"`
	CRN      bool          `json:"crn,omitempty" jsonschema:"common random numbers: variants of one seed meet the same arrivals, links and latencies; false gives every combination seeds of its own"`
	TargetCI Share         `json:"target_ci,omitempty" jsonschema:"add seeds until every 95 % interval reaches at most so far to either side, as a share of the mean compared with, such as 2 %"`
	MaxSeeds int           `json:"max_seeds,omitempty" jsonschema:"with target_ci: never more seeds than this" min:"2" max:"100000"`
	Expect   []Expectation `json:"expect,omitempty" jsonschema:"what must be true of the outcome, such as random.completion.mean / rarest-first.completion.mean > 1.05"`

	file  *scenario.Document // nil for a sweep made of flags
	flags map[string]string  // fields that flags say, and which
}

// SaidBy notes that a flag says a field, for what is said of mistakes.
func (s *Sweep) SaidBy(field, flag string) {
	if s.flags == nil {
		s.flags = map[string]string{}
	}
	s.flags[field] = flag
}

// problem is something wrong with a field, where it was said.
func (s *Sweep) problem(field, format string, args ...any) scenario.Problem {
	message := fmt.Sprintf(format, args...)
	switch {
	case s.flags[field] != "":
		return scenario.Problem{File: s.flags[field], Message: message}
	case s.file != nil:
		return s.file.Problem(field, message)
	}
	return scenario.Problem{File: "the sweep", Field: field, Message: message}
}

// NewSweep is a sweep that says nothing yet.
func NewSweep() *Sweep {
	return &Sweep{Seeds: Seeds{First: 1, Count: 10}, CRN: true, MaxSeeds: 200}
}

// Load reads and checks a sweep file. adjust may change what it says before it
// is checked, unless it is nil; the error is scenario.Problems, or adjust's.
func Load(src scenario.Source, adjust func(*Sweep) error) (*Sweep, error) {
	s := NewSweep()
	doc, err := scenario.ReadDocument(src, "a sweep: a mapping with name and scenario", s)
	if err != nil {
		return nil, err
	}
	s.file = doc
	s.from(src.Shown)
	if adjust != nil {
		if err := adjust(s); err != nil {
			return nil, err
		}
	}
	return s, s.Check()
}

// Check finds what is wrong with a sweep. The error is scenario.Problems.
func (s *Sweep) Check() error {
	var problems scenario.Problems
	s.check(func(field, format string, args ...any) {
		problems = append(problems, s.problem(field, format, args...))
	})
	if problems != nil {
		return problems
	}
	return nil
}

// from notes where in the file each change stands.
func (s *Sweep) from(file string) {
	at := func(changes []scenario.Override) {
		for i := range changes {
			changes[i].From = scenario.At(file, changes[i].Value)
		}
	}
	at(s.Set)
	for _, v := range s.Variants {
		at(v.Set)
	}
	for _, a := range s.Vary {
		at(a.Values)
	}
}

const (
	maxSeeds = 100_000
	maxCells = 10_000
)

func (s *Sweep) check(fail func(field, format string, args ...any)) {
	if !scenario.ValidName(s.Name) {
		fail("name", "%q is not a name: letters, digits and dashes, at most 64", s.Name)
	}
	if s.Seeds.Count < 1 || s.Seeds.Count > maxSeeds {
		fail("seeds", "%d seeds make no sense; 1 to %d do", s.Seeds.Count, maxSeeds)
	}
	if s.TargetCI < 0 || s.TargetCI > 1 {
		fail("target_ci", "%v makes no sense; a share such as 2 %% does", s.TargetCI)
	}
	if s.TargetCI > 0 && s.Seeds.Count < 2 {
		fail("target_ci", "needs at least 2 seeds to start with")
	}
	if s.TargetCI > 0 && s.MaxSeeds < s.Seeds.Count {
		fail("max_seeds", "%d is less than the %d seeds to start with", s.MaxSeeds, s.Seeds.Count)
	}
	if len(s.Metrics) == 0 {
		s.Metrics = []string{"completion.mean"}
	}
	cells := max(1, len(s.Variants))
	for i, a := range s.Vary {
		if slices.ContainsFunc(s.Vary[:i], func(o Axis) bool { return o.Path == a.Path }) {
			fail("vary", "%s is varied twice", a.Path)
		}
		for k, v := range a.Values {
			if slices.ContainsFunc(a.Values[:k], func(o scenario.Override) bool { return scenario.OneLine(o.Value) == scenario.OneLine(v.Value) }) {
				fail("vary", "%s has the value %s twice", a.Path, scenario.OneLine(v.Value))
			}
		}
		if cells *= len(a.Values); cells > maxCells {
			fail("vary", "there are more than %d combinations", maxCells)
			return
		}
	}
	for i, v := range s.Variants {
		for _, o := range v.Set {
			if slices.ContainsFunc(s.Vary, func(a Axis) bool { return a.Path == o.Path }) {
				fail("variants."+v.Name, "sets %s, which is varied", o.Path)
			}
		}
		if slices.ContainsFunc(s.Variants[:i], func(o Variant) bool { return o.Name == v.Name }) {
			fail("variants", "two variants are called %q", v.Name)
		}
	}
	naming := s.naming()
	names := naming.names
	if s.Compare == "" && len(names) > 0 {
		s.Compare = names[0]
	}
	if name, ok := naming.whose(s.Compare); ok {
		s.Compare = name
	} else if s.Compare != "" {
		fail("compare", "there is no variant %q%s; known are %s", s.Compare, scenario.Nearest(s.Compare, names), strings.Join(names, ", "))
	}
	for i := range s.Expect {
		if err := s.Expect[i].parse(naming, s.rest()); err != nil {
			fail(fmt.Sprintf("expect[%d]", i), "%v", err)
		}
	}
}

// compared are the variants; without any the values of the first field that is
// varied take their place.
func (s *Sweep) compared() []Variant {
	if len(s.Variants) > 0 || len(s.Vary) == 0 {
		return s.Variants
	}
	var out []Variant
	for _, v := range s.Vary[0].Values {
		out = append(out, Variant{Name: scenario.OneLine(v.Value), Set: Changes{v}})
	}
	return out
}

// Compared counts the variants.
func (s *Sweep) Compared() int { return len(s.compared()) }

// rest are the fields that are varied beside the variants.
func (s *Sweep) rest() []Axis {
	if len(s.Variants) > 0 || len(s.Vary) == 0 {
		return s.Vary
	}
	return s.Vary[1:]
}

func (s *Sweep) variantNames() []string {
	var out []string
	for _, v := range s.compared() {
		out = append(out, v.Name)
	}
	return out
}

// naming is what the variants are called.
func (s *Sweep) naming() *naming {
	n := &naming{names: s.variantNames(), other: map[string]string{}}
	for _, v := range s.Variants {
		if v.Alias != "" && !slices.Contains(n.names, v.Alias) {
			n.other[v.Alias] = v.Name
		}
	}
	if len(s.Variants) == 0 && len(s.Vary) > 0 {
		n.field = s.Vary[0].Path
	}
	return n
}

// Seeds are consecutive seeds.
type Seeds struct {
	First uint64
	Count int
}

// Parse reads a count, from seed 1, or first..last.
func (s *Seeds) Parse(text string) error {
	first, last, two := strings.Cut(text, "..")
	if !two {
		first, last = "1", text
	}
	a, err := strconv.ParseUint(strings.TrimSpace(first), 10, 32)
	b, err2 := strconv.ParseUint(strings.TrimSpace(last), 10, 32)
	if err != nil || err2 != nil || b < a || b-a >= maxSeeds {
		return fmt.Errorf("%q is neither a number of seeds, such as 20, nor seeds, such as 11..30; at most %d", text, maxSeeds)
	}
	*s = Seeds{First: a, Count: int(b-a) + 1}
	return nil
}

func (s Seeds) String() string { return fmt.Sprintf("%d..%d", s.First, s.First+uint64(s.Count)-1) }

// Share is a part of a whole, such as 2 %.
type Share float64

// Parse reads "2 %", "2%" or 0.02.
func (s *Share) Parse(text string) error {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !(x > 0 && x <= 1e6) {
		return fmt.Errorf("%q is not a share such as 2 %%", text)
	}
	if percent {
		x /= 100
	}
	*s = Share(x)
	return nil
}

func (s Share) String() string { return strconv.FormatFloat(100*float64(s), 'g', 4, 64) + " %" }
