package lab

import (
	"encoding/json"
	"errors"
	"io"

	"swarmsim/lab/trial"
	"swarmsim/sim/record"
)

// The files of a sweep's results folder.
const (
	JournalFile        = "runs.journal"
	RunsFile           = "runs.csv"
	RunsParquetFile    = "runs.parquet"
	CompletionsFile    = "completions.csv"
	MeansFile          = "means.csv"
	ComparisonFile     = "comparison.csv"
	ComparisonJSONFile = "comparison.json"
	PageFile           = "report.html"
)

// Files lists the files that Plan.Write always writes; the names of plots depend on the
// sweep.
func Files() []string {
	return []string{RunsFile, RunsParquetFile, CompletionsFile, MeansFile, ComparisonFile, ComparisonJSONFile, PageFile}
}

// Write writes all files of the results folder but the journal.
func (p *Plan) Write(rows trial.Rows, o *SweepResult, plots bool, create record.Create) error {
	runs := p.runTable(rows, o.Seeds)
	err := errors.Join(
		writeFile(create, RunsFile, runs.writeCSV),
		writeFile(create, RunsParquetFile, runs.writeParquet),
		writeFile(create, CompletionsFile, p.completionTable(rows, o.Seeds).writeCSV),
		writeFile(create, MeansFile, func(w io.Writer) error { return writeStructs(w, o.Means) }),
		writeFile(create, ComparisonFile, func(w io.Writer) error { return writeStructs(w, o.Comparisons) }),
		writeFile(create, ComparisonJSONFile, func(w io.Writer) error { return WriteJSON(w, o) }))
	if err != nil || !plots {
		return err
	}
	return p.draw(rows, o, create)
}

// WriteJSON writes the result for programs.
func WriteJSON(w io.Writer, o *SweepResult) error {
	text, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}
