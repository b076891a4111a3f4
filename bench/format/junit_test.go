package format

import (
	"encoding/xml"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/joshdk/go-junit"
)

// A JUnit reader finds a test per cell, the regressions failed, and the rest passed or skipped.
func TestJUnit(t *testing.T) {
	r, c := example()
	suites, err := junit.Ingest([]byte(write(t, "junit", r, c)))
	if err != nil || len(suites) != 1 {
		t.Fatalf("%d suites: %v", len(suites), err)
	}
	s := suites[0]
	if s.Name != "standard" || s.Properties["program"] != "v0.9.0" {
		t.Errorf("suite %q with %v", s.Name, s.Properties)
	}
	if got := s.Totals; got.Tests != 6 || got.Failed != 1 || got.Skipped != 3 || got.Passed != 2 || got.Error != 0 {
		t.Errorf("totals %+v", got)
	}
	failed := s.Tests[0]
	if failed.Name != "flash-8" || failed.Classname != "default" || failed.Status != junit.StatusFailed {
		t.Fatalf("the first test is %+v", failed)
	}
	if want := "fairness worse: 0.98 before, 0.9 now (-8.16 %, 95 % interval -10 % to -6 %); 3 seeds moved, most at seed 1; and 1 metric more"; failed.Message != want {
		t.Errorf("message %q, not %q", failed.Message, want)
	}
	text := failed.Error.Error()
	if !strings.Contains(text, "bench play standard --case flash-8 --subject default --seed 7") || !strings.Contains(text, "12 s before, 12.5 s now (+4.17 %)") {
		t.Errorf("the failure says %s", text)
	}
	if better := s.Tests[1]; better.Status != junit.StatusPassed || !strings.Contains(better.SystemOut, "completion_p50 better") {
		t.Errorf("the improvement is %+v", better)
	}
	for i, want := range map[int]string{
		2: "the scenario changed: not compared / digest a1 before, a2 now",
		3: "not supported: group natted: the program has no NAT",
		5: "the new results have no such cell",
	} {
		if got := s.Tests[i]; got.Status != junit.StatusSkipped || got.Message != want {
			t.Errorf("test %d is %s: %q, not %q", i, got.Status, got.Message, want)
		}
	}
}

// Without a baseline all cells pass, and those of hostile names are whole.
func TestJUnitHostile(t *testing.T) {
	r, c := hostileExample()
	suites, err := junit.Ingest([]byte(write(t, "junit", r, c)))
	if err != nil || len(suites) != 1 || suites[0].Totals.Tests != len(hostile) || suites[0].Totals.Failed != 3 {
		t.Fatalf("%+v: %v", suites, err)
	}
	for i, test := range suites[0].Tests {
		if want := printable(hostile[i]); test.Name != want {
			t.Errorf("the name %q reads back as %q", want, test.Name)
		}
	}
	suites, err = junit.Ingest([]byte(write(t, "junit", r, nil)))
	if err != nil || suites[0].Totals.Passed != len(hostile) {
		t.Errorf("without a baseline: %+v: %v", suites, err)
	}
}

// The elements, their attributes and their parents are those of Jenkins' schema, junit-10.xsd.
func TestJUnitSchema(t *testing.T) {
	allowed := map[string]string{ // element: its parents; its attributes
		"testsuites": ";name time tests failures errors",
		"testsuite":  "testsuites testsuite;name tests failures errors skipped time timestamp hostname id package",
		"properties": "testsuite;",
		"property":   "properties;name value",
		"testcase":   "testsuite;name time classname group",
		"skipped":    "testcase;type message",
		"failure":    "testcase;type message",
		"system-out": "testcase testsuite;",
	}
	r, c := example()
	d := xml.NewDecoder(strings.NewReader(write(t, "junit", r, c)))
	parents := []string{""}
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.EndElement:
			parents = parents[:len(parents)-1]
		case xml.StartElement:
			rule, known := allowed[x.Name.Local]
			of, attributes, _ := strings.Cut(rule, ";")
			parent := parents[len(parents)-1]
			if !known || parent != "" && !slices.Contains(strings.Fields(of), parent) {
				t.Errorf("element %s in %q", x.Name.Local, parent)
			}
			for _, a := range x.Attr {
				if !slices.Contains(strings.Fields(attributes), a.Name.Local) {
					t.Errorf("attribute %s of %s", a.Name.Local, x.Name.Local)
				}
			}
			parents = append(parents, x.Name.Local)
		}
	}
}
