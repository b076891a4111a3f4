package bench

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"

	"swarmsim/lab/sweep"
	"swarmsim/lab/trial"
	"swarmsim/sim/scenario"
)

// Host is what a plan needs from the program that makes it.
type Host struct {
	Suite   string // how the user names the suite, for commands
	Version string // of the program
	Build   string // identifies the build of the program, which may change results

	Find        func(sweep.Base) (scenario.Source, error)        // the scenario that a case names
	Exec        Exec                                             // starts other programs
	CommandFile func(dir string, words []string) (string, error) // identifies the files of a command
}

// Plan is a suite with everything resolved: the runs to play.
type Plan struct {
	Suite  *Suite
	Digest string // of the suite and all that it names, without its seeds
	Cells  []PlanCell
	host   Host
}

// PlanCell is a case with a subject and a composition.
type PlanCell struct {
	Case        *Case
	Subject     *Subject
	Composition *Composition // nil if all peers are of one client
	Unsupported string       // why the cell cannot be played at all

	trial    *trial.Trial // nil if Unsupported
	program  *program     // nil for the client
	build    string       // identifies what plays it
	scenario string       // digest of what the suite and the file say
	sets     []string     // changes of the scenario, as path=value
	metrics  []caseMetric
}

// NewPlan resolves a suite, and asks its programs what they are. Errors of the suite are
// scenario.Problems.
func NewPlan(ctx context.Context, s *Suite, host Host) (*Plan, error) {
	p := &Plan{Suite: s, host: host}
	programs := map[*Subject]*program{}
	for i := range s.Subjects {
		if x := &s.Subjects[i]; x.IsProgram() {
			programs[x] = &program{subject: x, dir: s.dir, exec: host.Exec}
		}
	}
	var problems scenario.Problems
	for i := range s.Cases {
		found := p.addCase(i, programs)
		for _, b := range found {
			if !slices.Contains(problems, b) {
				problems = append(problems, b)
			}
		}
	}
	if problems != nil {
		return nil, problems
	}
	p.Digest = p.digest()
	return p, p.describe(ctx, programs)
}

// describe asks every program what it is, once.
func (p *Plan) describe(ctx context.Context, programs map[*Subject]*program) error {
	for i := range p.Suite.Subjects {
		x := programs[&p.Suite.Subjects[i]]
		if x == nil {
			continue
		}
		if err := x.describe(ctx); err != nil {
			return err
		}
		files, err := p.host.CommandFile(x.dir, x.subject.Command)
		if err != nil {
			return x.failed("cannot be started: %w", err)
		}
		d := x.description
		for c := range p.Cells {
			if p.Cells[c].program == x {
				p.Cells[c].build = fmt.Sprintf("%q %s %s %s", x.subject.Command, d.Name, d.Version, files)
			}
		}
	}
	return nil
}

// addCase adds the cells of a case.
func (p *Plan) addCase(at int, programs map[*Subject]*program) scenario.Problems {
	c := &p.Suite.Cases[at]
	field := fmt.Sprintf("cases[%d]", at)
	src, err := p.host.Find(c.Scenario)
	if err != nil {
		return p.problemsOf(err, field+".scenario")
	}
	src.Overrides = slices.Concat(src.Overrides, c.Set)
	var problems scenario.Problems
	for i := range p.Suite.Subjects {
		x := &p.Suite.Subjects[i]
		problems = append(problems, p.addCell(PlanCell{Case: c, Subject: x, program: programs[x], build: p.host.Build}, src, field)...)
	}
	if problems != nil {
		return problems
	}
	metrics := p.Cells[len(p.Cells)-1].metrics // they may name groups, which compositions divide
	for i := range p.Suite.Compositions {
		m := &p.Suite.Compositions[i]
		for k := range p.Suite.Subjects {
			x := &p.Suite.Subjects[k]
			if k > 0 && !m.Mix.hasSubject() {
				break // it is the same swarm for every subject
			}
			cell := PlanCell{Case: c, Subject: x, Composition: m, program: programs[x], build: p.host.Build, metrics: metrics}
			problems = append(problems, p.addCell(cell, src, field)...)
		}
	}
	return problems
}

// addCell resolves a cell and adds it.
func (p *Plan) addCell(c PlanCell, src scenario.Source, field string) scenario.Problems {
	changed := src.Overrides
	switch {
	case c.Composition != nil && c.program != nil && c.Composition.Mix.hasSubject():
		c.Unsupported = "a composition divides peers between clients of this program; " + c.Subject.Name + " is another program"
		c.program = nil
	case c.Composition != nil:
		c.program = nil
		if c.Composition.Mix.hasSubject() {
			changed = slices.Concat(changed, otherSettings(c.Subject.Set))
		}
		src.Clients = p.Suite.clients(c.Composition.Mix, c.Subject)
	default:
		changed = slices.Concat(changed, c.Subject.Set)
	}
	src.Overrides = changed
	for _, o := range changed {
		c.sets = append(c.sets, o.Path+"="+scenario.OneLine(o.Value))
	}
	var split *scenario.SplitError
	t, err := trial.Load(src)
	if errors.As(err, &split) {
		c.Unsupported = split.Error()
	} else if err != nil {
		return p.problemsOf(err, field+".scenario")
	} else {
		c.trial, c.scenario = t, writtenDigest(src, c.Case, c.Composition, t)
		if c.program != nil {
			c.Unsupported = unreachable(t)
		}
	}
	if c.trial != nil && c.metrics == nil {
		if c.metrics, err = resolveMetrics(c.Case.Metrics, src.Catalogue.MeasuresOf(t.Scenario)); err != nil {
			return scenario.Problems{p.Suite.problem(field+".metrics", "%v", err)}
		}
	}
	p.Cells = append(p.Cells, c)
	return nil
}

// unreachable returns the reason why another program cannot read the files of a scenario, or "".
func unreachable(t *trial.Trial) string {
	content := &t.Scenario.Content
	if content.Torrent+content.Path != "" && !path.IsAbs(t.Source.Dir) && !filepath.IsAbs(t.Source.Dir) {
		return "its content is a file of this program's library"
	}
	return ""
}

// problemsOf returns the problems of a case's scenario.
func (p *Plan) problemsOf(err error, field string) scenario.Problems {
	var problems scenario.Problems
	if errors.As(err, &problems) {
		return problems
	}
	return scenario.Problems{p.Suite.problem(field, "%v", err)}
}

// digestLength is how many hexadecimal digits of a digest results keep.
const digestLength = 16

func short(sum []byte) string { return hex.EncodeToString(sum)[:digestLength] }

// notInScenario are the fields of a scenario that do not reach its results.
var notInScenario = []string{"name", "about", "seed", "expect"}

// writtenDigest returns a digest of a scenario as it is written: its file, the changes of the case
// and the files that it names. Defaults and profiles are left out, and so are the settings of the
// subject: they are what is benched.
func writtenDigest(src scenario.Source, c *Case, m *Composition, t *trial.Trial) string {
	h := sha256.New()
	root := src.Node
	if root == nil {
		root, _ = scenario.ParseYAML(src.Text) // it was loaded before
	}
	for i := 0; root != nil && i+1 < len(root.Content); i += 2 {
		if key := root.Content[i].Value; !slices.Contains(notInScenario, key) {
			fmt.Fprintf(h, "%s: %s\n", key, scenario.OneLine(root.Content[i+1]))
		}
	}
	for _, o := range c.Set {
		fmt.Fprintf(h, "%s=%s\n", o.Path, scenario.OneLine(o.Value))
	}
	if m != nil {
		fmt.Fprintln(h, m.Mix)
	}
	fmt.Fprintf(h, "%x\n", t.Files)
	return short(h.Sum(nil))
}

// digest returns a digest of the suite: of its cells, the subjects' settings, and the metrics.
func (p *Plan) digest() string {
	h := sha256.New()
	for i := range p.Cells {
		c := &p.Cells[i]
		fmt.Fprintf(h, "%s %s %s %s\n", c.Case.Name, c.Subject.Name, c.compositionName(), c.scenario)
		for _, o := range c.Subject.Set {
			fmt.Fprintf(h, "set %s=%s\n", o.Path, scenario.OneLine(o.Value))
		}
		fmt.Fprintf(h, "%q\n", c.Subject.Command)
		for _, m := range c.metrics {
			fmt.Fprintln(h, m.Name, m.Direction, m.tolerance)
		}
	}
	return short(h.Sum(nil))
}

// Keep leaves only the cells of the named cases and subjects; an empty list stands for all.
func (p *Plan) Keep(cases, subjects []string) error {
	if err := p.Suite.Select(cases, subjects); err != nil {
		return err
	}
	p.Cells = slices.DeleteFunc(p.Cells, func(c PlanCell) bool {
		return len(cases) > 0 && !slices.Contains(cases, c.Case.Name) ||
			len(subjects) > 0 && !slices.Contains(subjects, c.Subject.Name)
	})
	return nil
}

func (c *PlanCell) compositionName() string {
	if c.Composition == nil {
		return ""
	}
	return c.Composition.Name
}
