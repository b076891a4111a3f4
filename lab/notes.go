package lab

import (
	"fmt"
	"slices"

	"swarmsim/lab/trial"
)

// maxWarnings bounds the number of warnings.
const maxWarnings = 10

// Warnings returns what is known before any run: the warnings of the scenarios, each
// once, and a warning if there are too few seeds for any difference to be significant.
func (p *Plan) Warnings() []string {
	var out []string
	for i := range p.Cells {
		for _, w := range p.Cells[i].trial.Scenario.Warnings {
			if text := w.Error(); !slices.Contains(out, text) && len(out) < maxWarnings {
				out = append(out, text)
			}
		}
	}
	if text := p.tooFewSeeds(p.Sweep.MaxSeedCount()); text != "" {
		out = append(out, text)
	}
	return out
}

// maxSuggestedSeeds bounds the number of seeds that a warning suggests.
const maxSuggestedSeeds = 64

// tooFewSeeds returns a warning if no difference can be significant with the given number
// of seeds, and "" otherwise.
func (p *Plan) tooFewSeeds(seeds int) string {
	n := len(p.Metrics) * p.Points * (len(p.Variants) - 1)
	if n == 0 || canShow(seeds, n, p.Sweep.CRN) {
		return ""
	}
	enough := seeds
	for !canShow(enough, n, p.Sweep.CRN) && enough < maxSuggestedSeeds {
		enough++
	}
	return fmt.Sprintf("with %s no difference can be shown in %s, however large it is; use %d seeds or more",
		plural(seeds, "seed"), plural(n, "comparison"), enough)
}

// notes returns what a reader must know to interpret the numbers.
func (p *Plan) notes(o *SweepResult, rows trial.Rows) []string {
	var out []string
	if text := p.tooFewSeeds(o.Seeds); text != "" {
		out = append(out, text)
	}
	noEffectSize := func(c Comparison) bool { return c.Seeds > 1 && !c.Identical && !c.EffectSize.exists() }
	if slices.ContainsFunc(o.Comparisons, noEffectSize) {
		out = append(out, "an effect size is shown as - if the difference is the same with every seed, because its "+
			"standard deviation is 0")
	}
	unfinished := 0
	for _, r := range p.Runs(o.Seeds) {
		if row := rows[r.Key]; row != nil && row.Values["unfinished"] > 0 {
			unfinished++
		}
	}
	if unfinished > 0 {
		effect := "completion times are those of the others"
		if p.Sweep.IsTournament() {
			effect = "their rate counts as 0"
		}
		out = append(out, fmt.Sprintf("in %d of %s some leechers did not complete; %s", unfinished, plural(o.RunsPlanned, "run"), effect))
	}
	missing := map[string]int{}
	for _, m := range o.Means {
		missing[m.Metric] += m.Missing
	}
	for _, m := range p.Metrics {
		if missing[m.Name] > 0 {
			out = append(out, fmt.Sprintf("%s has no value in %d of %s; these runs are left out",
				m.Name, missing[m.Name], plural(o.RunsPlanned, "run")))
		}
	}
	if t := o.Target; t != nil && !t.Reached {
		out = append(out, fmt.Sprintf("with %d seeds, the most allowed, the widest interval has a half-width "+
			"of %s %%; the target is %s %%",
			o.Seeds, percent(100*float64(t.WidestRelHalfWidth)), percent(100*float64(t.MaxRelHalfWidth))))
	}
	return out
}
