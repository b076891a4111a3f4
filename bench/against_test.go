package bench

import (
	"strings"
	"testing"
)

// subjectResults has one case with two subjects that are not repeatable.
func subjectResults(old, latest []float64) *Results {
	cell := func(subject string, values []float64) Cell {
		c := Cell{Case: "crowd", Subject: subject, Scenario: "1"}
		for i := range values {
			c.Seeds = append(c.Seeds, uint64(i+1))
		}
		c.Metrics = []Series{{Metric: "completion_p50", Unit: "s", Direction: LowerIsBetter, Values: values}}
		return c
	}
	return &Results{Suite: "versions", Cells: []Cell{cell("old", old), cell("new", latest)}}
}

// Two versions of a program are compared by an interval: a difference is told from none.
func TestAgainst(t *testing.T) {
	old := []float64{35.1, 36.0, 35.5, 34.9, 35.8, 36.2, 35.0, 35.6, 35.4, 35.9}
	slower, same := make([]float64, len(old)), make([]float64, len(old))
	for i, x := range old {
		slower[i], same[len(old)-1-i] = x*1.06, x+0.05
	}
	for _, c := range []struct {
		values  []float64
		outcome Outcome
		says    string
	}{{slower, Worse, "6 % higher than that of old (95 % interval +"}, {same, Same, "no significant difference; "}} {
		r := subjectResults(old, c.values)
		found, err := Against(r, "old", "")
		if err != nil || len(found.Cells) != 1 {
			t.Fatalf("%+v, %v", found, err)
		}
		m := &found.Cells[0].Metrics[0]
		if text := found.Cells[0].Sentence(m, "old"); m.Outcome != c.outcome || !strings.Contains(text, c.says) {
			t.Errorf("%v: %s", m.Outcome, text)
		}
	}
	for subject, says := range map[string]string{"other": "no cell has the subject", "old": "there is no other subject"} {
		r := subjectResults(old, old)
		r.Cells = r.Cells[:1]
		if _, err := Against(r, subject, ""); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", subject, err)
		}
	}
}
