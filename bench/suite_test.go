package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"go.yaml.in/yaml/v4"

	"swarmsim/lab/sweep"
	"swarmsim/lab/trial"
	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

const tiny = `name: tiny
seeds: 2
cases:
  - name: five
    scenario: &five
      name: five
      content: {size: 1 MiB, piece: 64 KiB}
      groups:
        - {name: seed, count: 1, seed: true, link: {up: 200 kB/s, down: 1 MB/s}}
        - {name: leechers, count: 4, link: {up: 100 kB/s, down: 1 MB/s}}
  - name: six
    scenario: *five
    set: {groups.leechers.count: 5}
    seeds: 3..5
`

func sourceOf(text string) scenario.Source {
	return scenario.Source{
		Text: []byte(text), Shown: "suite.yaml", Files: SuiteFiles, Dir: SuiteDir, Catalogue: sim.Catalogue(), Content: content.Check,
	}
}

func mustLoad(t *testing.T, text string) *Suite {
	t.Helper()
	s, err := LoadSuite(sourceOf(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// hostOf finds scenarios in the suite and in the library.
func hostOf(text string, exec Exec) Host {
	return Host{
		Suite: "suite.yaml", Version: "v1", Build: "build", Exec: exec,
		Find: func(b sweep.Base) (scenario.Source, error) {
			src := sourceOf(text)
			if src.Text, src.Node = nil, b.Node; b.Node != nil {
				return src, nil
			}
			found, ok := scenarios.Text(b.Name)
			if src.Text = found; !ok {
				return src, fmt.Errorf("there is no scenario %q in the library", b.Name)
			}
			return src, nil
		},
		CommandFile: func(string, []string) (string, error) { return "digest", nil },
	}
}

func mustPlan(t *testing.T, text string, exec Exec) *Plan {
	t.Helper()
	p, err := NewPlan(context.Background(), mustLoad(t, text), hostOf(text, exec))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// playAll plays all runs of a plan.
func playAll(t *testing.T, p *Plan) trial.Rows {
	t.Helper()
	rows := trial.Rows{}
	for _, r := range p.Missing(rows) {
		row, err := p.Play(context.Background(), r, "")
		if err != nil {
			t.Fatal(err)
		}
		rows[row.Key] = row
	}
	return rows
}

// Every problem of a suite is reported with its line and its field.
func TestSuiteProblems(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"name: tiny", "name: no name", `suite.yaml:1:7: name: "no name" is not a name`},
		{"seeds: 2", "seeds: none", `suite.yaml:2:8: seeds: "none" is neither a number of seeds`},
		{"seeds: 2", "seed: 2", `suite.yaml:2:1: there is no field "seed", did you mean "seeds"?`},
		{"seeds: 2", "metrics: [completion_50]", `there is no metric "completion_50", did you mean "completion_p50"?`},
		{"seeds: 2", "metrics: [duplicates, duplicates]", `suite.yaml:2:23: metrics[1]: "duplicates" is given twice`},
		{"seeds: 2", "metrics: [{name: duplicates, better: more}]", `suite.yaml:2:38: metrics[0]: better is lower, higher or none, not "more"`},
		{"seeds: 2", "metrics: [{name: duplicates, tolerance: 2 percent}]", `"2 percent" is not a share such as 2 %`},
		{"seeds: 2", "metrics: [{better: lower}]", `metrics[0]: has no name`},
		{"seeds: 2", "subjects: [{name: a, set: {client.picker: rarest}}]", `suite.yaml:2:43: client.picker: there is no picker "rarest"`},
		{"seeds: 2", "subjects: [{name: a}, {name: a}]", `suite.yaml:2:30: subjects[1].name: two subjects have the name "a"`},
		{"seeds: 2", "subjects: [{name: a, command: [x], set: {client.picker: random}}]", `subjects[0].set: a command is given the scenario`},
		{"seeds: 2", "subjects: [{name: a, command: ['']}]", `subjects[0].command[0]: is empty`},
		{"seeds: 2", "subjects: [{name: a, timeout: 5 s}]", `subjects[0].timeout: has no effect without a command`},
		{"seeds: 2", "subjects: [{name: subject}]", `stands for each subject`},
		{"seeds: 2", "compositions: [{name: m, mix: {libtorrent: 1, aria2: 1}}]", `compositions[0].mix: there is no client "libtorrent", did you mean "libtorrent-2"?`},
		{"seeds: 2", "compositions: [{name: m, mix: {aria2: 0}}]", `the share of aria2 is a whole number from 1 to 1000000, not "0"`},
		{"seeds: 2", "compositions: [{name: m, mix: {}}]", `must be a mapping from clients to shares`},
		{"name: six", "name: five", `suite.yaml:11:11: cases[1].name: two cases have the name "five"`},
		{"count: 4", "count: x", `suite.yaml:10:35: groups[1].count: found "x" where a whole number belongs`},
		{"set: {groups.leechers.count: 5}", "set: {groups.peers.count: 5}", `suite.yaml:13:31: groups.peers: the list has no item "peers"`},
		{"scenario: *five", "scenario: six", `suite.yaml:12:15: cases[1].scenario: there is no scenario "six" in the library`},
		{"    scenario: *five\n", "", `cases[1].scenario: is missing`},
		{"cases:", "cases: [", `is not YAML`},
	} {
		text := strings.Replace(tiny, c.from, c.to, 1)
		s, err := LoadSuite(sourceOf(text))
		if err == nil {
			_, err = NewPlan(context.Background(), s, hostOf(text, nil))
		}
		var problems scenario.Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, wanted %s", c.to, err, c.want)
		}
	}
	for _, text := range []string{"", "[]", "name: x\ncases: []\n"} {
		if _, err := LoadSuite(sourceOf(text)); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
}

// The suites of the library load, and the schema accepts them.
func TestLibrary(t *testing.T) {
	text, err := Schema(sim.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	var schema jsonschema.Schema
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	suites := map[string]string{"tiny": tiny, "full": "subjects: [{name: a, set: {client.profile: aria2}}, {name: b, command: [c, d], timeout: 5 s}]\n" +
		"compositions: [{name: m, mix: {aria2: 1, a: 2, subject: 3}}]\nmetrics: [duplicates, {name: seed_copies, better: lower, tolerance: 2 %}]\n" + tiny}
	for _, name := range SuiteNames() {
		text, _ := SuiteText(name)
		suites[name] = string(text)
		if s := mustLoad(t, string(text)); s.Name != name {
			t.Errorf("the suite %s is in %s.yaml", s.Name, name)
		}
		mustPlan(t, string(text), nil)
	}
	for name, text := range suites {
		var tree any
		if err := yaml.Unmarshal([]byte(text), &tree); err != nil {
			t.Fatal(err)
		}
		asJSON, err := json.Marshal(tree)
		if err != nil {
			t.Fatal(err)
		}
		var instance any
		if err := json.Unmarshal(asJSON, &instance); err != nil {
			t.Fatal(err)
		}
		if err := resolved.Validate(instance); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		mustLoad(t, text)
	}
}

// A digest of a scenario is that of what is written: subjects, defaults and seeds do not reach it.
func TestScenarioDigest(t *testing.T) {
	digest := func(text string) string { return mustPlan(t, text, nil).Cells[0].scenario }
	base := digest(tiny)
	for _, same := range []string{
		"subjects: [{name: a, set: {client.picker: random}}]\n" + tiny,
		strings.Replace(tiny, "seeds: 2", "seeds: 7..9 # other ones", 1),
		strings.Replace(tiny, "name: five\n      content", "name: cinq\n      about: words\n      content", 1),
	} {
		if digest(same) != base {
			t.Errorf("another digest for\n%s", same)
		}
	}
	if digest(strings.Replace(tiny, "count: 4", "count: 3", 1)) == base {
		t.Error("another scenario has the same digest")
	}
}

// Compositions are played by the client, once for each subject that they have; what cannot be divided
// is not supported.
func TestCompositions(t *testing.T) {
	text := "subjects: [{name: plain}, {name: fast, set: {client.choker.slots: 8}}]\n" +
		"compositions: [{name: with, mix: {subject: 1, aria2: 1}}, {name: without, mix: {plain: 1, aria2: 1}}]\n" +
		"metrics: [groups.leechers.completion.p50]\n" +
		strings.Replace(tiny, "set: {groups.leechers.count: 5}", "set: {events: [{at: 1 s, action: leave, group: leechers}]}", 1)
	p := mustPlan(t, text, nil)
	var have []string
	for _, c := range p.Results(playAll(t, p)).Cells {
		outcome := fmt.Sprintf("%d values", len(c.Metrics)*len(c.Seeds))
		if c.Unsupported != "" {
			outcome = c.Unsupported
		}
		have = append(have, strings.TrimSpace(c.Case+" "+c.Subject+" "+c.Composition+": "+outcome))
	}
	want := []string{
		"five plain : 2 values", "five fast : 2 values",
		"five plain with: 2 values", "five fast with: 2 values", "five plain without: 2 values",
		"six plain : 3 values", "six fast : 3 values",
	}
	for _, cell := range []string{"plain with", "fast with", "plain without"} {
		want = append(want, "six "+cell+": group leechers cannot be divided between clients: an event names it")
	}
	if strings.Join(have, "\n") != strings.Join(want, "\n") {
		t.Errorf("cells\n%s\nwanted\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
	}
}

// Any text is a suite that can be planned, or a problem.
func FuzzSuite(f *testing.F) {
	f.Add(tiny)
	for _, name := range SuiteNames() {
		text, _ := SuiteText(name)
		f.Add(string(text))
	}
	f.Add("name: a\nsubjects: [{name: s, command: [a, b], timeout: 5 s}]\ncompositions: [{name: m, mix: {subject: 2, aria2: 1}}]\ncases: [{name: c, scenario: churn, metrics: [{name: unfinished, better: lower, tolerance: 2 %}]}]\n")
	f.Fuzz(func(t *testing.T, text string) {
		src := sourceOf(text)
		s, err := LoadSuite(src)
		if err != nil {
			return
		}
		for i := range s.Compositions {
			for k := range s.Subjects {
				s.clients(s.Compositions[i].Mix, &s.Subjects[k])
			}
		}
		if len(s.Cases) == 0 || len(s.Subjects) == 0 {
			t.Error("a suite without cases or subjects is accepted")
		}
	})
}
