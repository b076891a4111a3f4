package format

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"swarmsim/bench"
)

// The elements of JUnit XML that Jenkins' schema has (junit-10.xsd of its xunit plugin).
type (
	junitSuites struct {
		XMLName  xml.Name   `xml:"testsuites"`
		Name     string     `xml:"name,attr"`
		Tests    int        `xml:"tests,attr"`
		Failures int        `xml:"failures,attr"`
		Errors   int        `xml:"errors,attr"`
		Suite    junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Skipped *junitMessage `xml:"skipped"`
		Failure *junitMessage `xml:"failure"`
		Output  string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Type    string `xml:"type,attr,omitempty"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// writeJUnit writes a test case per cell, whose class is the subject. A cell that is worse has
// failed; one that is not compared is skipped, with the reason.
func writeJUnit(w io.Writer, r *bench.Results, c *bench.Comparison) error {
	suite := junitSuite{Name: "bench"}
	if r != nil {
		suite.Name = printable(r.Suite)
		suite.Properties = []junitProperty{{"program", printable(r.Program)}, {"digest", r.Digest}}
	}
	if c != nil {
		suite.Name = printable(c.Suite)
		suite.Properties = append(suite.Properties, junitProperty{"baseline program", printable(c.Base)})
	}
	all := cells(r, c)
	for i := range all {
		test := junitTest(&all[i])
		if test.Failure != nil {
			suite.Failures++
		}
		if test.Skipped != nil {
			suite.Skipped++
		}
		suite.Cases = append(suite.Cases, test)
	}
	suite.Tests = len(suite.Cases)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(junitSuites{
		Name: suite.Name, Tests: suite.Tests, Failures: suite.Failures, Suite: suite,
	}); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// junitTest returns the test case of a cell.
func junitTest(c *cell) junitCase {
	test := junitCase{Class: printable(c.column()), Name: printable(c.Case)}
	if why := c.unsupported(); why != "" && (c.compared == nil || c.compared.Outcome != bench.Worse) {
		test.Skipped = &junitMessage{Message: "not supported: " + oneLine(why)}
		return test
	}
	if c.compared == nil {
		return test
	}
	one := []cell{*c}
	switch c.compared.Outcome {
	case bench.ScenarioChanged:
		test.Skipped = &junitMessage{Message: join("the scenario changed: not compared", oneLine(c.compared.Note))}
	case bench.Removed:
		test.Skipped = &junitMessage{Message: join("the new results have no such cell", oneLine(c.compared.Note))}
	case bench.Worse:
		worse := movedMetrics(one, bench.Worse)
		test.Failure = &junitMessage{Type: "regression", Message: worse[0].sentence(), Text: movedText(worse)}
		if len(worse) > 1 {
			test.Failure.Message += fmt.Sprintf("; and %s more", plural(len(worse)-1, "metric"))
		}
	}
	test.Output = movedText(append(movedMetrics(one, bench.Changed), movedMetrics(one, bench.Better)...))
	return test
}

// movedText lists metrics that moved, with the commands that play their worst seeds. A command
// follows the first metric that has it.
func movedText(all []moved) string {
	var out strings.Builder
	said := map[string]bool{"": true}
	for _, m := range all {
		fmt.Fprintf(&out, "%s\n", m.sentence())
		if !said[m.metric.Replay] {
			said[m.metric.Replay] = true
			fmt.Fprintf(&out, "    %s\n", printable(m.metric.Replay))
		}
	}
	return out.String()
}
