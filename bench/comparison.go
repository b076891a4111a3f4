package bench

import "swarmsim/lab/stats"

// Comparison is the comparison of new results with a baseline.
type Comparison struct {
	Suite      string
	Base, New  string // versions of the programs
	Cells      []CellComparison
	SameDigest bool // of the suites
}

// CellComparison compares one cell.
type CellComparison struct {
	Case, Subject, Composition string
	Outcome                    Outcome
	Note                       string // why the cell is not compared: the reason of an unsupported one, say
	Seeds                      int    // that both have
	Metrics                    []MetricComparison
}

// Outcome says what became of a cell or a metric.
type Outcome uint8

const (
	Same            Outcome = iota // not a digit differs, or by less than the tolerance
	Better                         // moved in its direction
	Worse                          // moved against its direction: a regression
	Changed                        // a metric without direction, or the record alone, differs
	ScenarioChanged                // the cell plays another scenario than the baseline's: not compared
	Unsupported                    // the subject cannot play the case
	Added                          // the baseline has no such cell or metric
	Removed                        // the new results have no such cell or metric
)

// MetricComparison compares a metric over the seeds that both results have.
type MetricComparison struct {
	Metric    string
	Unit      string
	Direction Direction
	Tolerance float64
	Outcome   Outcome
	Before    float64 // mean over the common seeds
	After     float64
	Relative  float64        // After / Before - 1; NaN if Before is 0
	Interval  stats.Interval // of Relative; of an exact comparison its ends are Relative
	Moved     int            // seeds whose value differs
	Lost      int            // seeds of the baseline's values that have none any more
	WorstSeed uint64         // whose value moved most against the direction, or most at all
	Replay    string         // the command that plays that seed with a report
	Needed    int            // runs needed to tell a difference of the tolerance; 0 if enough were played

	p    float64 // of a comparison that is not paired, before its correction
	runs int     // of either results with a value; 0 if the comparison is paired
}
