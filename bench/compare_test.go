package bench

import (
	"math"
	"strings"
	"testing"
)

// cellOf is results with one cell and one metric.
func cellOf(m Series, change func(*Cell)) *Results {
	c := Cell{
		Case: "five", Subject: "swarmsim", Scenario: "a", Repeatable: true, Metrics: []Series{m},
		Replay: "swarmsim run RESULTS/scenarios/five.yaml",
	}
	for i := range m.Values {
		c.Seeds = append(c.Seeds, uint64(i+1))
		c.Records = append(c.Records, "r")
	}
	if change != nil {
		change(&c)
	}
	return &Results{Suite: "tiny", Cells: []Cell{c}}
}

func values(d Direction, tolerance float64, xs ...float64) Series {
	return Series{Metric: "m", Direction: d, Tolerance: tolerance, Values: xs}
}

var missing = math.NaN()

func TestCompareOutcomes(t *testing.T) {
	unrepeatable := func(c *Cell) { c.Repeatable, c.Records = false, nil }
	many := func(at float64) (xs []float64) {
		for i := range 12 {
			xs = append(xs, at+float64(i%4)/100)
		}
		return xs
	}
	for _, c := range []struct {
		name        string
		before, now Series
		change      func(*Cell) // of the new cell
		want        Outcome
		seed        uint64
	}{
		{"same", values(LowerIsBetter, 0, 1, 2), values(LowerIsBetter, 0, 1, 2), nil, Same, 0},
		{"worse by a digit", values(LowerIsBetter, 0, 1, 2, 3), values(LowerIsBetter, 0, 1, 2.0000001, 3), nil, Worse, 2},
		{"worst seed", values(LowerIsBetter, 0, 1, 2, 3), values(LowerIsBetter, 0, 1.1, 2.5, 3.2), nil, Worse, 2},
		{"better", values(LowerIsBetter, 0, 1, 2), values(LowerIsBetter, 0, 1, 1.5), nil, Better, 2},
		{"higher is better", values(HigherIsBetter, 0, 1, 2), values(HigherIsBetter, 0, 1, 1.5), nil, Worse, 2},
		{"no direction", values(NoDirection, 0, 1, 2), values(NoDirection, 0, 1, 1.5), nil, Changed, 2},
		{"equal means", values(LowerIsBetter, 0, 1, 2), values(LowerIsBetter, 0, 2, 1), nil, Changed, 1},
		{"equal but for rounding", values(LowerIsBetter, 0, 0.1, 0.2, 0.3), values(LowerIsBetter, 0, 0.3, 0.2, 0.1), nil, Changed, 1},
		{"no value", values(LowerIsBetter, 0, missing, 2), values(LowerIsBetter, 0, missing, 2), nil, Same, 0},
		{"lost a value", values(HigherIsBetter, 0, 1, 2), values(HigherIsBetter, 0, missing, 3), nil, Worse, 1},
		{"gained a value", values(LowerIsBetter, 0, missing, 2), values(LowerIsBetter, 0, 5, 2), nil, Better, 1},
		{"the record alone", values(LowerIsBetter, 0, 1, 2), values(LowerIsBetter, 0, 1, 2), func(c *Cell) { c.Records[1] = "s" }, Changed, 2},
		{"another scenario", values(LowerIsBetter, 0, 1, 2), values(LowerIsBetter, 0, 9, 9), func(c *Cell) { c.Scenario = "b" }, ScenarioChanged, 0},
		{"no longer supported", values(LowerIsBetter, 0, 1), values(LowerIsBetter, 0, 1), func(c *Cell) { *c = Cell{Case: "five", Subject: "swarmsim", Unsupported: "no"} }, Worse, 0},
		{"no common seed", values(LowerIsBetter, 0, 1), values(LowerIsBetter, 0, 1), func(c *Cell) { c.Seeds[0] = 9 }, Added, 0},
		{"common seeds only", values(LowerIsBetter, 0, 1, 2), values(LowerIsBetter, 0, 1, 9), func(c *Cell) { c.Seeds[1] = 9 }, Same, 0},

		{"within the tolerance", values(LowerIsBetter, 0.05, 1, 2), values(LowerIsBetter, 0.05, 1.01, 2.03), nil, Same, 0},
		{"beyond it", values(LowerIsBetter, 0.05, 1, 2, 3), values(LowerIsBetter, 0.05, 1.1, 2.2, 3.31), nil, Worse, 3},
		{"beyond it, better", values(LowerIsBetter, 0.05, 1, 2, 3), values(LowerIsBetter, 0.05, 0.9, 1.8, 2.69), nil, Better, 1},
		{"beyond it, and uncertain", values(LowerIsBetter, 0.05, 1, 1, 1, 1), values(LowerIsBetter, 0.05, 1.8, 1, 0.9, 0.9), nil, Same, 0},
		{"one seed beyond it", values(LowerIsBetter, 0.05, 1), values(LowerIsBetter, 0.05, 1.06), nil, Worse, 1},
		{"one seed within", values(LowerIsBetter, 0.05, 1), values(LowerIsBetter, 0.05, 1.04), nil, Same, 0},
		{"from nothing", values(LowerIsBetter, 0.05, 0, 0), values(LowerIsBetter, 0.05, 1, 1), nil, Worse, 1},

		{"unpaired, the same", values(LowerIsBetter, 0, many(1)...), values(LowerIsBetter, 0, many(1)...), unrepeatable, Same, 0},
		{"unpaired, noise", values(LowerIsBetter, 0, 1, 1.1, 1.2), values(LowerIsBetter, 0, 1.1, 1.2, 1), unrepeatable, Same, 0},
		{"unpaired, worse", values(LowerIsBetter, 0, many(1)...), values(LowerIsBetter, 0, many(1.1)...), unrepeatable, Worse, 4},
		{"unpaired, better", values(LowerIsBetter, 0, many(1)...), values(LowerIsBetter, 0, many(0.9)...), unrepeatable, Better, 4},
		{"unpaired, within the tolerance", values(LowerIsBetter, 0.2, many(1)...), values(LowerIsBetter, 0.2, many(1.1)...), unrepeatable, Same, 0},
		{"unpaired, too few", values(LowerIsBetter, 0, 1, 1.01), values(LowerIsBetter, 0, 2, 2.01), unrepeatable, Same, 0},
		{"unpaired, none completes", values(LowerIsBetter, 0, many(1)...), values(LowerIsBetter, 0, missing, missing), unrepeatable, Worse, 0},
	} {
		got := Compare(cellOf(c.before, nil), cellOf(c.now, c.change), "out").Cells[0]
		if got.Outcome != c.want {
			t.Errorf("%s: %v, wanted %v: %+v", c.name, got.Outcome, c.want, got)
		}
		if c.seed == 0 || len(got.Metrics) == 0 {
			continue
		}
		m := got.Metrics[len(got.Metrics)-1]
		if m.WorstSeed != c.seed || !strings.HasPrefix(m.Replay, "swarmsim run out/scenarios/five.yaml --seed ") {
			t.Errorf("%s: worst seed %d, wanted %d: %s", c.name, m.WorstSeed, c.seed, m.Replay)
		}
	}
}

// A comparison that cannot tell a difference says how many runs would.
func TestNeededRuns(t *testing.T) {
	unrepeatable := func(c *Cell) { c.Repeatable = false }
	few := Compare(cellOf(values(LowerIsBetter, 0, 1, 1.01), unrepeatable), cellOf(values(LowerIsBetter, 0, 2, 2.01), unrepeatable), "")
	if n := few.Cells[0].Metrics[0].Needed; n < 4 || n > 5 { // 2 of the binomial(8, 4) splits are below 5 %
		t.Errorf("%d runs are needed", n)
	}
	noisy := Compare(cellOf(values(LowerIsBetter, 0.01, 1, 2, 3, 4), nil), cellOf(values(LowerIsBetter, 0.01, 1.4, 1.6, 3.4, 3.6), nil), "")
	if n := noisy.Cells[0].Metrics[0].Needed; n < 100 || n > 10_000 {
		t.Errorf("%d runs are needed", n)
	}
	exact := Compare(cellOf(values(LowerIsBetter, 0, 1, 2), nil), cellOf(values(LowerIsBetter, 0, 1, 3), nil), "")
	if n := exact.Cells[0].Metrics[0].Needed; n != 0 {
		t.Errorf("%d runs are needed by an exact comparison", n)
	}
}

// Cells and metrics that only one file has are told apart from changes.
func TestCompareOther(t *testing.T) {
	base, now := sample(), sample()
	now.Cells = now.Cells[:2]
	now.Cells[0].Metrics[2].Metric = "gave_up"
	now.Cells[1].Case = "seven"
	c := Compare(base, now, "")
	for i, want := range []Outcome{Removed, Added, Removed, Removed} {
		if c.Cells[i].Outcome != want {
			t.Errorf("cell %d: %v, wanted %v", i, c.Cells[i].Outcome, want)
		}
	}
	if c.Regressed() || !c.Differs() || c.Count(Removed) != 3 {
		t.Errorf("%+v", c)
	}
	if same := Compare(base, base, ""); same.Differs() || same.Count(Same) != 2 || same.Count(Unsupported) != 1 {
		t.Errorf("%+v", same)
	}
	before := sample()
	before.Cells[0], before.Cells[0].Unsupported = sample().Cells[0], "not yet"
	if supported := Compare(before, base, "").Cells[0]; supported.Outcome != Added || !strings.Contains(supported.Note, "not yet") {
		t.Errorf("%+v", supported)
	}
}
