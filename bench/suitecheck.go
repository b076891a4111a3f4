package bench

import (
	"fmt"
	"strings"
	"time"

	"swarmsim/sim/scenario"
)

// failFunc reports a problem of a field.
type failFunc func(field, format string, args ...any)

// check checks a suite and fills in defaults.
func (s *Suite) check(fail failFunc) {
	if !scenario.ValidName(s.Name) {
		fail("name", "%q is not a name: letters, digits and dashes, at most 64", s.Name)
	}
	s.checkSubjects(fail)
	s.checkCases(fail)
	s.checkCompositions(fail)
	checkMetrics("metrics", s.Metrics, fail)
	if cells := len(s.Cases) * len(s.Subjects) * (1 + len(s.Compositions)); cells > maxSuiteCells {
		fail("cases", "there are %d combinations of cases, subjects and compositions; at most %d are played", cells, maxSuiteCells)
	}
}

func (s *Suite) checkCases(fail failFunc) {
	if len(s.Cases) == 0 {
		fail("cases", "has no case; write for instance - {name: crowd, scenario: flash-crowd}")
	}
	names := newNames("case", fail)
	for i := range s.Cases {
		c := &s.Cases[i]
		field := fmt.Sprintf("cases[%d]", i)
		names.add(field, c.Name)
		if c.Seeds.Count == 0 {
			c.Seeds = s.Seeds
		}
		checkMetrics(field+".metrics", c.Metrics, fail)
		if c.Metrics == nil {
			c.Metrics = s.Metrics
		}
	}
}

func (s *Suite) checkSubjects(fail failFunc) {
	if len(s.Subjects) == 0 {
		s.Subjects = []Subject{{Name: "swarmsim", About: "the client with the settings of each scenario"}}
	}
	names := newNames("subject", fail)
	for i := range s.Subjects {
		x := &s.Subjects[i]
		field := fmt.Sprintf("subjects[%d]", i)
		names.add(field, x.Name)
		if x.Name == MixedSubject {
			fail(field+".name", "%q stands for each subject in a composition; choose another name", x.Name)
		}
		if x.IsProgram() && len(x.Set) > 0 {
			fail(field+".set", "a command is given the scenario of each case unchanged; set fields in the case")
		}
		if len(x.Command) > maxCommand {
			fail(field+".command", "has %d words; at most %d are accepted", len(x.Command), maxCommand)
		}
		if x.IsProgram() && x.Command[0] == "" {
			fail(field+".command[0]", "is empty; the first word is the program to start")
		}
		if !x.IsProgram() && x.Timeout > 0 {
			fail(field+".timeout", "has no effect without a command")
		}
		if x.Timeout == 0 {
			x.Timeout = scenario.Duration(defaultTimeout * time.Second)
		}
	}
}

func (s *Suite) checkCompositions(fail failFunc) {
	names := newNames("composition", fail)
	for i := range s.Compositions {
		c := &s.Compositions[i]
		field := fmt.Sprintf("compositions[%d]", i)
		names.add(field, c.Name)
		for _, part := range c.Mix {
			if err := s.checkPart(part.Client); err != nil {
				fail(field+".mix", "%v", err)
			}
		}
	}
}

// names checks that names are valid and differ.
type names struct {
	what string
	fail failFunc
	seen map[string]bool
}

func newNames(what string, fail failFunc) *names {
	return &names{what: what, fail: fail, seen: map[string]bool{}}
}

func (n *names) add(field, name string) {
	switch {
	case !scenario.ValidName(name):
		n.fail(field+".name", "%q is not a name: letters, digits and dashes, at most 64", name)
	case n.seen[name]:
		n.fail(field+".name", "two %ss have the name %q", n.what, name)
	}
	n.seen[name] = true
}

// Select checks the names of cases and subjects to play; an empty list stands for all.
func (s *Suite) Select(cases, subjects []string) error {
	var known []string
	for _, c := range s.Cases {
		known = append(known, c.Name)
	}
	if err := knownNames("case", cases, known); err != nil {
		return err
	}
	known = nil
	for _, x := range s.Subjects {
		known = append(known, x.Name)
	}
	return knownNames("subject", subjects, known)
}

func knownNames(what string, wanted, known []string) error {
	for _, name := range wanted {
		found := false
		for _, k := range known {
			found = found || k == name
		}
		if !found {
			return fmt.Errorf("the suite has no %s %q%s; it has %s", what, name, scenario.Nearest(name, known), strings.Join(known, ", "))
		}
	}
	return nil
}
