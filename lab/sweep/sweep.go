package sweep

import (
	"fmt"
	"slices"
	"strings"

	"swarmsim/sim/scenario"
)

// Sweep describes a comparison: a scenario, its variants, the fields to vary, the seeds.
type Sweep struct {
	Name     string        `json:"name" jsonschema:"short name, also of the results folder"`
	About    string        `json:"about,omitempty" jsonschema:"what the sweep shows, in a sentence or two"`
	Kind     Kind          `json:"kind,omitempty" jsonschema:"sweep (default): each variant plays alone; tournament: each variant also plays against each other one, as a share of the leechers"`
	Scenario Base          `json:"scenario" jsonschema:"the scenario to play: the name of one in the library, a file by its path from this file's folder, or the scenario itself"`
	Set      Changes       `json:"set,omitempty" jsonschema:"fields of the scenario to change in all runs, as with run --set"`
	Seeds    Seeds         `json:"seeds,omitempty" jsonschema:"number of seeds for each combination, such as 20, or a range: 11..30"`
	Variants Variants      `json:"variants,omitempty" jsonschema:"what is compared: the name of each variant, and the fields that it changes; without variants the values of the first field of vary are compared"`
	Vary     Axes          `json:"vary,omitempty" jsonschema:"fields, each with a list or a range of values; all are crossed"`
	Shares   []Share       `json:"shares,omitempty" jsonschema:"tournament: the share of the leechers that a variant is of a swarm of another one; 50 %, for robustness, and a smaller one, for aggressiveness, or one of these"`
	Metrics  []string      `json:"metrics,omitempty" jsonschema:"measures of the summary to compare, such as completion.mean"`
	Compare  string        `json:"compare,omitempty" jsonschema:"the baseline: the variant that the others are compared with; by default the first"`
	CRN      bool          `json:"crn,omitempty" jsonschema:"common random numbers: variants with the same seed have the same arrivals, links and latencies; false gives every combination different seeds"`
	TargetCI Share         `json:"target_ci,omitempty" jsonschema:"add seeds until the half-width of every 95 % interval is at most this share of the baseline's mean, such as 2 %"`
	MaxSeeds int           `json:"max_seeds,omitempty" jsonschema:"with target_ci: the highest number of seeds" min:"2" max:"100000"`
	Expect   []Expectation `json:"expect,omitempty" jsonschema:"statements that must be true of the outcome, such as random.completion.mean / rarest-first.completion.mean > 1.05"`

	file  *scenario.Document // nil for a sweep made of flags
	flags map[string]string  // fields that flags have set, and the flags
}

// SetByFlag records that a flag has set a field: problems of the field then name the flag
// instead of a place in the file.
func (s *Sweep) SetByFlag(field, flag string) {
	if s.flags == nil {
		s.flags = map[string]string{}
	}
	s.flags[field] = flag
}

// Problem describes a problem of a field, at the place that sets it.
func (s *Sweep) Problem(field, format string, args ...any) scenario.Problem {
	message := fmt.Sprintf(format, args...)
	switch {
	case s.flags[field] != "":
		return scenario.Problem{File: s.flags[field], Message: message}
	case s.file != nil:
		return s.file.Problem(field, message)
	}
	return scenario.Problem{File: "the sweep", Field: field, Message: message}
}

// New returns a sweep with the default values and no scenario.
func New() *Sweep {
	return &Sweep{Kind: KindSweep, Seeds: Seeds{First: 1, Count: 10}, CRN: true, MaxSeeds: 200}
}

// Load reads and checks a sweep file. adjust may change the sweep before it is checked;
// it may be nil. The error is scenario.Problems, or the error of adjust.
func Load(src scenario.Source, adjust func(*Sweep) error) (*Sweep, error) {
	s := New()
	doc, err := scenario.ReadDocument(src, "a sweep: a mapping with name and scenario", s)
	if err != nil {
		return nil, err
	}
	s.file = doc
	s.setOrigins(src.Shown)
	if adjust != nil {
		if err := adjust(s); err != nil {
			return nil, err
		}
	}
	return s, s.Check()
}

// Check checks a sweep and fills in defaults. The error is scenario.Problems.
func (s *Sweep) Check() error {
	var problems scenario.Problems
	fail := func(field, format string, args ...any) {
		problems = append(problems, s.Problem(field, format, args...))
	}
	if s.check(fail) {
		s.checkTournament(fail, func(o scenario.Override, format string, args ...any) {
			problems = append(problems, scenario.Problem{File: o.From, Message: fmt.Sprintf(format, args...)})
		})
		s.checkNames(fail)
	}
	if problems != nil {
		return problems
	}
	return nil
}

// setOrigins records the place of every change in the file.
func (s *Sweep) setOrigins(file string) {
	set := func(changes []scenario.Override) {
		for i := range changes {
			changes[i].From = scenario.At(file, changes[i].Value)
		}
	}
	set(s.Set)
	for _, v := range s.Variants {
		set(v.Set)
	}
	for _, a := range s.Vary {
		set(a.Values)
	}
}

const (
	maxSeeds = 100_000
	maxCells = 10_000
)

// failFunc reports a problem of a field.
type failFunc func(field, format string, args ...any)

// check reports whether there are few enough combinations to check the rest.
func (s *Sweep) check(fail failFunc) bool {
	if !scenario.ValidName(s.Name) {
		fail("name", "%q is not a name: letters, digits and dashes, at most 64", s.Name)
	}
	s.checkSeeds(fail)
	if len(s.Metrics) == 0 && !s.IsTournament() {
		s.Metrics = []string{"completion.mean"}
	}
	if !s.checkAxes(fail) {
		return false
	}
	s.checkVariants(fail)
	return true
}

// checkNames checks what refers to variants.
func (s *Sweep) checkNames(fail failFunc) {
	naming := s.naming()
	if s.Compare == "" && len(naming.names) > 0 {
		s.Compare = naming.names[0]
	}
	if name, ok := naming.resolve(s.Compare); ok {
		s.Compare = name
	} else if s.Compare != "" {
		fail("compare", "there is no variant %q%s; choose from %s",
			s.Compare, scenario.Nearest(s.Compare, naming.names), strings.Join(naming.names, ", "))
	}
	for i := range s.Expect {
		if err := s.Expect[i].parse(naming, s.PointAxes()); err != nil {
			fail(fmt.Sprintf("expect[%d]", i), "%v", err)
		}
	}
}

func (s *Sweep) checkSeeds(fail failFunc) {
	if s.Seeds.Count < 1 || s.Seeds.Count > maxSeeds {
		fail("seeds", "must be 1 to %d seeds, not %d", maxSeeds, s.Seeds.Count)
	}
	if s.TargetCI < 0 || s.TargetCI > 1 {
		fail("target_ci", "must be a share such as 2 %%, not %v", s.TargetCI)
	}
	if s.TargetCI > 0 && s.Seeds.Count < 2 {
		fail("target_ci", "needs at least 2 seeds to start with")
	}
	if s.TargetCI > 0 && s.MaxSeeds < s.Seeds.Count {
		fail("max_seeds", "%d is less than the %d seeds to start with", s.MaxSeeds, s.Seeds.Count)
	}
}

// checkAxes reports whether there are few enough combinations to check the rest.
func (s *Sweep) checkAxes(fail failFunc) bool {
	cells := max(1, len(s.Variants))
	for i, a := range s.Vary {
		if slices.ContainsFunc(s.Vary[:i], func(o Axis) bool { return o.Path == a.Path }) {
			fail("vary", "%s is varied twice", a.Path)
		}
		words := a.Words()
		for k, w := range words {
			if slices.Contains(words[:k], w) {
				fail("vary", "%s has the value %s twice", a.Path, w)
			}
		}
		if cells *= len(a.Values); cells > maxCells {
			fail("vary", "there are more than %d combinations", maxCells)
			return false
		}
	}
	return true
}

func (s *Sweep) checkVariants(fail failFunc) {
	for i, v := range s.Variants {
		for _, o := range v.Set {
			if slices.ContainsFunc(s.Vary, func(a Axis) bool { return a.Path == o.Path }) {
				fail("variants."+v.Name, "sets %s, which is varied", o.Path)
			}
		}
		if slices.ContainsFunc(s.Variants[:i], func(o Variant) bool { return o.Name == v.Name }) {
			fail("variants", "two variants have the name %q", v.Name)
		}
	}
}

// ValuesAreVariants reports whether the values of the first varied field take the place
// of variants.
func (s *Sweep) ValuesAreVariants() bool {
	return len(s.Variants) == 0 && len(s.Vary) > 0 && !s.IsTournament()
}

// Compared returns the variants, or the values of the first varied field in their place. Those of a
// tournament are crossed with the fields that it varies.
func (s *Sweep) Compared() []Variant {
	if s.IsTournament() {
		return s.players()
	}
	if !s.ValuesAreVariants() {
		return s.Variants
	}
	var out []Variant
	for _, v := range s.Vary[0].Values {
		out = append(out, Variant{Name: scenario.OneLine(v.Value), Set: Changes{v}})
	}
	return out
}

// PointAxes returns the fields that are varied beside the variants.
func (s *Sweep) PointAxes() []Axis {
	if s.IsTournament() {
		return nil
	}
	if !s.ValuesAreVariants() {
		return s.Vary
	}
	return s.Vary[1:]
}

// MaxSeedCount returns the highest number of seeds that the sweep can reach.
func (s *Sweep) MaxSeedCount() int {
	if s.TargetCI > 0 {
		return max(s.Seeds.Count, s.MaxSeeds)
	}
	return s.Seeds.Count
}
