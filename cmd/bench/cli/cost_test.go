package cli

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Costs are shown and kept in a file of their own; the gate compares by instructions where both files
// have them, and else by the calibration loop.
func TestCost(t *testing.T) {
	in(t, t.TempDir())
	suite := suiteFile(t, tiny)
	out, _ := runs(t, exitOK, "cost", suite, "--save", "costs.yaml", "--count", "1")
	if !strings.Contains(out, "five, swarmsim") || !strings.Contains(out, "six, swarmsim") {
		t.Errorf("printed\n%s", out)
	}
	saved := read(t, "costs.yaml")
	// The same machine needs less than ten times as much, and more than a tenth.
	out, _ = runs(t, exitOK, "cost", suite, "--base", "costs.yaml", "--gate", "1000%")
	if strings.Count(out, " % of ") != 2 {
		t.Errorf("printed\n%s", out)
	}
	cheap := regexp.MustCompile(`calibrations: [^,]+, (instructions: \d+, )?`).ReplaceAllString(saved, "calibrations: 1e-9, ")
	if err := os.WriteFile("cheap.yaml", []byte(cheap), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ = runs(t, exitRegressed, "cost", suite, "--base", "cheap.yaml", "--gate", "10%", "--case", "five")
	if !strings.Contains(out, "WORSE  five, swarmsim costs +") || !strings.Contains(out, "% of calibrations; the gate is 10 %") {
		t.Errorf("printed\n%s", out)
	}
	for args, want := range map[string]string{
		"cost --gate 10% " + suite:                  "--gate needs costs to compare with",
		"cost --base none.yaml " + suite:            "cannot read the costs none.yaml",
		"cost --base " + suite + " " + suite:        `there is no field "name"`,
		"cost --save " + suite + " " + suite:        "is not overwritten: it is not a file of bench cost",
		"cost --base costs.yaml standard":           "costs.yaml has costs of the suite tiny, not of standard",
		"cost --case fife " + suite:                 `did you mean "five"?`,
		"cost --base costs.yaml --gate -1 " + suite: "is not a share",
	} {
		if _, errs := runs(t, exitUsage, strings.Fields(args)...); !strings.Contains(errs, want) {
			t.Errorf("bench %s: %s", args, errs)
		}
	}
}
