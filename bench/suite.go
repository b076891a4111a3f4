package bench

import (
	"fmt"

	"swarmsim/lab/sweep"
	"swarmsim/sim/scenario"
)

// Suite is a suite file: cases, each played by every subject and every composition.
type Suite struct {
	Name         string        `json:"name" jsonschema:"short name, also of the results folder"`
	About        string        `json:"about,omitempty" jsonschema:"what the suite is for, in a sentence or two"`
	Seeds        sweep.Seeds   `json:"seeds,omitempty" jsonschema:"number of seeds for each case, such as 5, or a range: 11..15; by default 3"`
	Metrics      []MetricSpec  `json:"metrics,omitempty" jsonschema:"what is compared; by default all metrics that bench list names"`
	Subjects     []Subject     `json:"subjects,omitempty" jsonschema:"what is benched; by default the client with the settings of each scenario"`
	Compositions []Composition `json:"compositions,omitempty" jsonschema:"swarms of several clients, which are played beside those of one client"`
	Cases        []Case        `json:"cases" jsonschema:"the scenarios"`

	file *scenario.Document
	dir  string // of the file
}

// Case is a scenario of a suite.
type Case struct {
	Name     string        `json:"name" jsonschema:"short name, which results have"`
	About    string        `json:"about,omitempty" jsonschema:"what the case tests"`
	Scenario sweep.Base    `json:"scenario" jsonschema:"the scenario to play: the name of one in the library, a file by its path from this file's folder, or the scenario itself"`
	Set      sweep.Changes `json:"set,omitempty" jsonschema:"fields of the scenario to change, as with run --set"`
	Seeds    sweep.Seeds   `json:"seeds,omitempty" jsonschema:"seeds of this case, in place of the suite's"`
	Metrics  []MetricSpec  `json:"metrics,omitempty" jsonschema:"metrics of this case, in place of the suite's"`
}

// Subject is what a suite benches: the client with some settings, or another program.
type Subject struct {
	Name    string            `json:"name" jsonschema:"short name, which results have"`
	About   string            `json:"about,omitempty" jsonschema:"what it is"`
	Set     sweep.Changes     `json:"set,omitempty" jsonschema:"fields of every scenario to change, such as client.profile: libtorrent-2"`
	Command []string          `json:"command,omitempty" jsonschema:"another program and its arguments, which plays the scenarios instead; started in this file's folder"`
	Timeout scenario.Duration `json:"timeout,omitempty" jsonschema:"longest time that the command may take for a run; by default 30 min" min:"1 s"`
}

// Composition is a swarm of several clients: each group of leechers is divided between them.
type Composition struct {
	Name  string `json:"name" jsonschema:"short name, which results have"`
	About string `json:"about,omitempty" jsonschema:"what it is"`
	Mix   Mix    `json:"mix" jsonschema:"clients and their shares of every group of leechers, such as libtorrent-2: 4; a client is a profile, a subject of this suite that is no other program, or subject for each subject in turn"`
}

const (
	defaultSeeds   = 3
	maxSuiteCells  = 10_000
	maxCommand     = 100
	defaultTimeout = 30 * 60
)

// LoadSuite reads and checks a suite file. The error is scenario.Problems.
func LoadSuite(src scenario.Source) (*Suite, error) {
	s := &Suite{Seeds: sweep.Seeds{First: 1, Count: defaultSeeds}}
	doc, err := scenario.ReadDocument(src, "a suite: a mapping with name and cases", s)
	if err != nil {
		return nil, err
	}
	s.file, s.dir = doc, src.Dir
	s.setOrigins(src.Shown)
	var problems scenario.Problems
	s.check(func(field, format string, args ...any) {
		problems = append(problems, doc.Problem(field, fmt.Sprintf(format, args...)))
	})
	if problems != nil {
		return nil, problems
	}
	return s, nil
}

// setOrigins records the place of every change in the file.
func (s *Suite) setOrigins(file string) {
	set := func(changes sweep.Changes) {
		for i := range changes {
			changes[i].From = scenario.At(file, changes[i].Value)
		}
	}
	for i := range s.Cases {
		set(s.Cases[i].Set)
	}
	for i := range s.Subjects {
		set(s.Subjects[i].Set)
	}
}

// problem returns a problem with a field of the file.
func (s *Suite) problem(field, format string, args ...any) scenario.Problem {
	return s.file.Problem(field, fmt.Sprintf(format, args...))
}

// IsProgram reports whether the subject is another program.
func (s *Subject) IsProgram() bool { return len(s.Command) > 0 }
