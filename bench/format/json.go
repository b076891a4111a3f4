package format

import (
	"encoding/json"
	"io"

	"swarmsim/bench"
)

// jsonVersion is the version of the JSON format. Fields may be added to a version, but keep their
// names and their meaning.
const jsonVersion = 1

// The types of the JSON format. docs/ci.md lists the fields.
type (
	jsonFile struct {
		Version    int             `json:"version"`
		Results    *jsonResults    `json:"results,omitempty"`
		Comparison *jsonComparison `json:"comparison,omitempty"`
	}
	jsonResults struct {
		Suite   string     `json:"suite"`
		File    string     `json:"file,omitempty"`
		Digest  string     `json:"digest"`
		Program string     `json:"program"`
		Cells   []jsonCell `json:"cells"`
	}
	jsonCell struct {
		Case        string       `json:"case"`
		Subject     string       `json:"subject"`
		Composition string       `json:"composition,omitempty"`
		Scenario    string       `json:"scenario"`
		Version     string       `json:"version,omitempty"`
		Repeatable  bool         `json:"repeatable"`
		Unsupported string       `json:"unsupported,omitempty"`
		Seeds       []uint64     `json:"seeds"`
		Records     []string     `json:"records,omitempty"`
		Metrics     []jsonSeries `json:"metrics"`
	}
	jsonSeries struct {
		Metric    string       `json:"metric"`
		Unit      string       `json:"unit"`
		Better    string       `json:"better"`
		Tolerance float64      `json:"tolerance"`
		Values    []jsonNumber `json:"values"`
	}
	jsonComparison struct {
		Suite      string               `json:"suite"`
		Base       string               `json:"base"`
		New        string               `json:"new"`
		SameDigest bool                 `json:"same_digest"`
		Cells      []jsonCellComparison `json:"cells"`
	}
	jsonCellComparison struct {
		Case        string                 `json:"case"`
		Subject     string                 `json:"subject"`
		Composition string                 `json:"composition,omitempty"`
		Outcome     string                 `json:"outcome"`
		Note        string                 `json:"note,omitempty"`
		Seeds       int                    `json:"seeds"`
		Metrics     []jsonMetricComparison `json:"metrics"`
	}
	jsonMetricComparison struct {
		Metric     string     `json:"metric"`
		Unit       string     `json:"unit"`
		Better     string     `json:"better"`
		Tolerance  float64    `json:"tolerance"`
		Outcome    string     `json:"outcome"`
		Before     jsonNumber `json:"before"`
		After      jsonNumber `json:"after"`
		Change     jsonNumber `json:"change"`
		ChangeLow  jsonNumber `json:"change_low"`
		ChangeHigh jsonNumber `json:"change_high"`
		Moved      int        `json:"moved"`
		WorstSeed  uint64     `json:"worst_seed"`
		Replay     string     `json:"replay,omitempty"`
		Needed     int        `json:"runs_needed,omitempty"`
	}
)

// jsonNumber is a number, or null if there is none.
type jsonNumber float64

// MarshalJSON writes the number with all its digits.
func (n jsonNumber) MarshalJSON() ([]byte, error) {
	if !finite(float64(n)) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(n))
}

// writeJSON writes everything that the results and the comparison hold.
func writeJSON(w io.Writer, r *bench.Results, c *bench.Comparison) error {
	return encode(w, jsonFile{jsonVersion, resultsJSON(r), comparisonJSON(c)})
}

func encode(w io.Writer, x any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(x)
}

func resultsJSON(r *bench.Results) *jsonResults {
	if r == nil {
		return nil
	}
	out := &jsonResults{r.Suite, r.File, r.Digest, r.Program, []jsonCell{}}
	for _, c := range r.Cells {
		x := jsonCell{
			Case: c.Case, Subject: c.Subject, Composition: c.Composition,
			Scenario: c.Scenario, Version: c.Version, Repeatable: c.Repeatable, Unsupported: c.Unsupported,
			Seeds: append([]uint64{}, c.Seeds...), Records: c.Records, Metrics: []jsonSeries{},
		}
		for _, s := range c.Metrics {
			y := jsonSeries{s.Metric, s.Unit, directionWords[s.Direction], s.Tolerance, []jsonNumber{}}
			for _, v := range s.Values {
				y.Values = append(y.Values, jsonNumber(v))
			}
			x.Metrics = append(x.Metrics, y)
		}
		out.Cells = append(out.Cells, x)
	}
	return out
}

func comparisonJSON(c *bench.Comparison) *jsonComparison {
	if c == nil {
		return nil
	}
	out := &jsonComparison{c.Suite, c.Base, c.New, c.SameDigest, []jsonCellComparison{}}
	for _, cell := range c.Cells {
		x := jsonCellComparison{
			cell.Case, cell.Subject, cell.Composition, cell.Outcome.String(), cell.Note, cell.Seeds,
			[]jsonMetricComparison{},
		}
		for _, m := range cell.Metrics {
			x.Metrics = append(x.Metrics, jsonMetricComparison{
				m.Metric, m.Unit, directionWords[m.Direction], m.Tolerance, m.Outcome.String(),
				jsonNumber(m.Before), jsonNumber(m.After),
				jsonNumber(m.Relative), jsonNumber(m.Interval.Low), jsonNumber(m.Interval.High),
				m.Moved, m.WorstSeed, m.Replay, m.Needed,
			})
		}
		out.Cells = append(out.Cells, x)
	}
	return out
}
