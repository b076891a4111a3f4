package bench

// Results holds what the runs of a suite measured.
type Results struct {
	Suite   string // its name
	File    string // the suite's path from the folder of a saved baseline; "" for a suite of the library
	Digest  string // of the suite's file and of everything that it names
	Program string // version of the program that played it
	Cells   []Cell // in the order of the suite
}

// Cell holds the results of a case with a subject and a composition.
type Cell struct {
	Case        string
	Subject     string
	Composition string // "" if all peers are of one client
	Scenario    string // digest of the scenario as the suite and its file write it, without the subject's settings
	Replay      string // the command that plays it, without the seed; it may name ResultsFolder
	Version     string // of a subject that is another program
	Repeatable  bool   // the same seed gives the same digits
	Unsupported string // why the subject cannot play the case; then there are no seeds
	Seeds       []uint64
	Records     []string // digest of each seed's record, if Repeatable
	Metrics     []Series // in the order of the suite
}

// ResultsFolder stands in Cell.Replay for the folder of the results.
const ResultsFolder = "RESULTS"

// Series holds a metric's value for each seed.
type Series struct {
	Metric    string
	Unit      string    // s, B or ""
	Direction Direction // which way is better
	Tolerance float64   // share of the baseline's mean, 0 for exact
	Values    []float64 // NaN if the run has none
}

// Direction says which way a metric is better.
type Direction uint8

const (
	NoDirection Direction = iota
	LowerIsBetter
	HigherIsBetter
)
