package bench

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"swarmsim/lab/stats"
)

// Compare compares new results with a baseline. folder is that of the new results, for the commands
// that replay a run; "" if they have none.
//
// The rules, for each metric of a cell:
//
//   - Exact (no tolerance, and a subject that is repeatable): the metric is Same if every common seed
//     has the same digits. Otherwise the mean over the common seeds decides between Better and Worse;
//     it is Changed if the means are equal or the metric has no direction.
//   - With a tolerance, and a subject that is repeatable: the seeds are paired. The metric is Worse if
//     its relative change is against its direction by more than the tolerance, and the 95 % interval
//     of the change excludes 0. One seed has no interval: the change alone decides.
//   - A subject that is not repeatable: the same with unpaired samples, and the difference must also
//     be significant after the Holm correction for the metrics of the cell.
//
// A value that all seeds of the baseline have and a new run lacks is Worse. A cell whose metrics are
// all Same but whose records differ has the metric RecordMetric, which is Changed.
func Compare(base, now *Results, folder string) *Comparison {
	c := &Comparison{Suite: now.Suite, Base: base.Program, New: now.Program, SameDigest: base.Digest == now.Digest}
	for i := range now.Cells {
		n := &now.Cells[i]
		c.Cells = append(c.Cells, compareCells(base.Cell(n.Case, n.Subject, n.Composition), n, now, folder))
	}
	for i := range base.Cells {
		b := &base.Cells[i]
		if now.Cell(b.Case, b.Subject, b.Composition) == nil {
			c.Cells = append(c.Cells, CellComparison{Case: b.Case, Subject: b.Subject, Composition: b.Composition,
				Outcome: Removed, Note: "the new results have no such cell"})
		}
	}
	return c
}

// RecordMetric stands for the digest of the record, where that alone differs.
const RecordMetric = "record"

// compareCells compares a cell with that of the baseline, which may be nil.
func compareCells(b, n *Cell, now *Results, folder string) CellComparison {
	c := CellComparison{Case: n.Case, Subject: n.Subject, Composition: n.Composition}
	switch {
	case b == nil:
		c.Outcome, c.Note = Added, "the baseline has no such cell"
	case n.Unsupported != "" && b.Unsupported == "":
		c.Outcome, c.Note = Worse, "was supported, and no longer is: "+n.Unsupported
	case n.Unsupported != "":
		c.Outcome, c.Note = Unsupported, n.Unsupported
	case b.Unsupported != "":
		c.Outcome, c.Note = Added, "was not supported: "+b.Unsupported
	case b.Scenario != n.Scenario:
		c.Outcome, c.Note = ScenarioChanged, "plays another scenario than the baseline, or another composition"
	default:
		c.compare(b, n, now, folder)
	}
	return c
}

// compare compares the metrics of two cells that play the same scenario.
func (c *CellComparison) compare(b, n *Cell, now *Results, folder string) {
	p := newPairing(b, n)
	c.Seeds = len(p.seeds)
	if c.Seeds == 0 && p.exact {
		c.Outcome, c.Note = Added, "the baseline has none of its seeds"
		return
	}
	for i := range n.Metrics {
		m := &n.Metrics[i]
		x := MetricComparison{Metric: m.Metric, Unit: m.Unit, Direction: m.Direction, Tolerance: m.Tolerance}
		if old := b.series(m.Metric); old == nil {
			x.Outcome = Added
		} else {
			p.compare(&x, old, m)
		}
		c.Metrics = append(c.Metrics, x)
	}
	for i := range b.Metrics {
		if m := &b.Metrics[i]; n.series(m.Metric) == nil {
			c.Metrics = append(c.Metrics, MetricComparison{Metric: m.Metric, Unit: m.Unit, Direction: m.Direction, Outcome: Removed})
		}
	}
	if !p.exact {
		p.decideUnpaired(c.Metrics)
	}
	c.compareRecords(p)
	for i := range c.Metrics {
		x := &c.Metrics[i]
		c.Outcome = worst(c.Outcome, x.Outcome)
		if x.Outcome == Worse || x.Outcome == Better || x.Outcome == Changed {
			x.Replay = now.ReplayCommand(n, folder, x.WorstSeed)
		}
	}
}

// compareRecords adds RecordMetric if no metric and some record differs.
func (c *CellComparison) compareRecords(p *pairing) {
	if slices.ContainsFunc(c.Metrics, func(m MetricComparison) bool { return m.Moved > 0 }) {
		return
	}
	x := MetricComparison{Metric: RecordMetric, Outcome: Changed, Before: math.NaN(), After: math.NaN(), Relative: math.NaN()}
	x.Interval = stats.Interval{Estimate: math.NaN(), Low: math.NaN(), High: math.NaN()}
	for i, seed := range p.seeds {
		b, n := p.before[i], p.after[i]
		if b < len(p.b.Records) && n < len(p.n.Records) && p.b.Records[b] != p.n.Records[n] {
			if x.Moved++; x.Moved == 1 {
				x.WorstSeed = seed
			}
		}
	}
	if x.Moved > 0 {
		c.Metrics = append(c.Metrics, x)
	}
}

// severity orders outcomes of metrics: that of a cell is its most severe one.
var severity = []Outcome{Worse, Better, Changed, Removed, Added, Same}

func worst(a, b Outcome) Outcome {
	if slices.Index(severity, b) < slices.Index(severity, a) {
		return b
	}
	return a
}

// series returns the values of a metric, or nil.
func (c *Cell) series(metric string) *Series {
	for i := range c.Metrics {
		if c.Metrics[i].Metric == metric {
			return &c.Metrics[i]
		}
	}
	return nil
}

// pairing pairs the seeds that two cells have in common.
type pairing struct {
	b, n          *Cell
	seeds         []uint64 // common ones, in the new order
	before, after []int    // their indices
	exact         bool     // both subjects are repeatable
}

func newPairing(b, n *Cell) *pairing {
	p := &pairing{b: b, n: n, exact: b.Repeatable && n.Repeatable}
	at := map[uint64]int{}
	for i, s := range b.Seeds {
		at[s] = i
	}
	for i, s := range n.Seeds {
		if k, ok := at[s]; ok {
			p.seeds, p.before, p.after = append(p.seeds, s), append(p.before, k), append(p.after, i)
		}
	}
	return p
}

// compare compares a metric of repeatable subjects; of others it computes all but the outcome.
func (p *pairing) compare(x *MetricComparison, old, m *Series) {
	before, after := pick(old.Values, p.before), pick(m.Values, p.after)
	if !p.exact {
		before, after = old.Values, m.Values
	}
	x.setMeans(stats.NewSample(p.exact, before, after))
	if !p.exact {
		x.compareUnpaired(before, after, p.name(m.Metric))
		x.WorstSeed = p.n.Seeds[worstOf(m.Values, x.Direction)]
		return
	}
	gained := p.findMoved(x, before, after)
	switch {
	case x.Moved == 0:
		x.Outcome = Same
	case x.Lost > 0 || gained > 0:
		x.Outcome = x.ofMissing()
	case x.Tolerance > 0:
		x.decidePaired(before, after, p.name(m.Metric))
	default:
		x.Outcome = x.direct(x.After - x.Before)
	}
}

// name names a comparison, for its random numbers.
func (p *pairing) name(metric string) string {
	return fmt.Sprintf("%s\n%s", cellName(p.n.Case, p.n.Subject, p.n.Composition), metric)
}

func pick(values []float64, at []int) []float64 {
	out := make([]float64, len(at))
	for i, k := range at {
		out[i] = values[k]
	}
	return out
}

// setMeans sets the means and the relative change of them.
func (x *MetricComparison) setMeans(s *stats.Sample) {
	x.Before, x.After, x.Relative = math.NaN(), math.NaN(), math.NaN()
	if len(s.Series[0]) > 0 {
		x.Before = stat.Mean(s.Series[0], nil)
	}
	if len(s.Series[1]) > 0 {
		x.After = stat.Mean(s.Series[1], nil)
	}
	if x.Before != 0 {
		x.Relative = x.After/x.Before - 1
	}
	x.Interval = stats.Interval{Estimate: x.Relative, Low: x.Relative, High: x.Relative}
}

// findMoved counts the seeds whose value differs and those that lost their value, and finds the worst
// of them. It returns how many gained a value.
func (p *pairing) findMoved(x *MetricComparison, before, after []float64) (gained int) {
	worst := math.Inf(-1)
	for i := range before {
		a, b := before[i], after[i]
		missingA, missingB := math.IsNaN(a), math.IsNaN(b)
		if a == b || missingA && missingB {
			continue
		}
		x.Moved++
		change := (b - a) * x.sign()
		if x.Direction == NoDirection {
			change = math.Abs(b - a)
		}
		switch {
		case missingB:
			x.Lost++
			change = math.Inf(1)
		case missingA:
			gained++
			change = -math.MaxFloat64
		}
		if change > worst {
			worst, x.WorstSeed = change, p.seeds[i]
		}
	}
	return gained
}

// sign is 1 if more is worse, and -1 if less is.
func (x *MetricComparison) sign() float64 {
	if x.Direction == HigherIsBetter {
		return -1
	}
	return 1
}

// ofMissing returns the outcome of a metric some of whose values are missing: to have none is worse.
func (x *MetricComparison) ofMissing() Outcome {
	switch {
	case x.Direction == NoDirection:
		return Changed
	case x.Lost > 0:
		return Worse
	}
	return Better
}

// rounding is the relative difference of two means that are sums of the same values in another order.
const rounding = 1e-12

// direct returns the outcome of a change of the mean.
func (x *MetricComparison) direct(change float64) Outcome {
	switch {
	case x.Direction == NoDirection || math.Abs(change) <= rounding*max(math.Abs(x.Before), math.Abs(x.After)):
		return Changed
	case change*x.sign() > 0:
		return Worse
	}
	return Better
}

// worstOf returns the index of the value that is worst, or of the first one.
func worstOf(values []float64, d Direction) int {
	at := 0
	for i, v := range values {
		if v > values[at] == (d != HigherIsBetter) && v != values[at] && !math.IsNaN(v) || math.IsNaN(values[at]) {
			at = i
		}
	}
	return at
}
