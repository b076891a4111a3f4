package page

import _ "embed"

//go:generate go tool -modfile=../../tools/go.mod esbuild src/run.js --bundle --minify --format=iife --target=es2022 --charset=utf8 --legal-comments=inline --outfile=run.bundle.js --log-level=warning
//go:generate go tool -modfile=../../tools/go.mod esbuild src/run.all.css --bundle --minify --charset=utf8 --outfile=run.bundle.css --log-level=warning

// RunScript is the script of the page of a run, in one file.
//
//go:embed run.bundle.js
var RunScript string

// RunStyle is its style.
//
//go:embed run.bundle.css
var RunStyle string

// Record is the data of the page of a run: what its charts and its table of peers show. Every number is
// one of the record. Times are virtual seconds. A number that does not exist is null.
type Record struct {
	EndS      float64  `json:"end_s"`
	Pieces    int      `json:"pieces"`
	Simulated bool     `json:"simulated"` // and neither measured nor observed
	Marks     []Mark   `json:"marks"`     // events of the scenario
	Spans     []Span   `json:"spans"`
	Charts    []Chart  `json:"charts"` // in the order of the page
	Heat      *Heat    `json:"heat"`   // null for none
	Matrix    *Matrix  `json:"matrix"` // null for a single group
	Peers     []Column `json:"peers"`  // peers.csv
}

// Mark is an event of the scenario.
type Mark struct {
	AtS    float64 `json:"at_s"`
	UntilS float64 `json:"until_s"` // 0 for a moment
	Text   string  `json:"text"`
}

// Span is when the peers of a group arrived, completed and left: the first and the last of them; null if
// none did.
type Span struct {
	Group     string      `json:"group"`
	Seed      bool        `json:"seed"` // from the start
	Peers     int         `json:"peers"`
	Arrived   *[2]float64 `json:"arrived"`
	Completed *[2]float64 `json:"completed"`
	Left      *[2]float64 `json:"left"`
}

// The kinds of a Chart.
const (
	OverTime     = "time"         // lines over the time of the run
	Distribution = "distribution" // for each line, the share of its members with at most a value
)

// Chart is a line chart.
type Chart struct {
	ID      string `json:"id"` // the name of its plot
	Kind    string `json:"kind"`
	Title   string `json:"title"`
	Caption string `json:"caption"`
	Label   string `json:"label"` // of the values; for a distribution of its members
	XLabel  string `json:"x_label"`
	Unit    string `json:"unit"` // of the values: B/s, B, s, 1 or % of one
	Steps   bool   `json:"steps"`

	Times []float64 `json:"times"` // over time only: of the values
	Lines []Line    `json:"lines"`
}

// Line is a line of a chart.
type Line struct {
	Name    string     `json:"name"`
	Values  []*float64 `json:"values"`  // one for each time; of a distribution, in ascending order
	Members int        `json:"members"` // of a distribution: those without a value, too
	Dashed  bool       `json:"dashed"`
}

// Heat is copies of pieces over time. Bins[i][k] are the copies in bin i at Times[k].
type Heat struct {
	Times []float64   `json:"times"`
	First []int       `json:"first"` // the first piece of each bin
	Bins  [][]float64 `json:"bins"`
}

// Matrix is the share of the unchoke time that each group got from each group, and what it would be if
// all present leechers were equally likely.
type Matrix struct {
	Groups  []string    `json:"groups"`
	Share   [][]float64 `json:"share"` // [from][to]
	Uniform [][]float64 `json:"uniform"`
	Caption string      `json:"caption"`
}

// Column is a column of a table: numbers or words.
type Column struct {
	Name    string     `json:"name"`
	Numbers []*float64 `json:"numbers,omitempty"`
	Words   []string   `json:"words,omitempty"`
}
