package lab

import (
	"encoding/json"
	"errors"
	"io"
	"strings"

	"swarmsim/lab/trial"
	"swarmsim/sim/record"
)

// The files of a sweep's results folder.
const (
	JournalFile        = "runs.journal"
	RunsFile           = "runs.csv"
	CompletionsFile    = "completions.csv"
	MeansFile          = "means.csv"
	ComparisonFile     = "comparison.csv"
	RankingFile        = "ranking.csv" // of a tournament
	GamesFile          = "games.csv"   // of a tournament
	ComparisonJSONFile = "comparison.json"
	PageFile           = "report.html"
)

// Files lists the files that Plan.Write always writes; the names of plots, and which further tables
// there are, depend on the sweep.
func Files() []string {
	out := []string{ComparisonJSONFile, PageFile}
	for _, name := range []string{RunsFile, CompletionsFile, MeansFile, ComparisonFile} {
		out = append(out, name, inParquet(name))
	}
	return out
}

// inParquet returns the name of the Parquet file beside a CSV file.
func inParquet(name string) string { return strings.TrimSuffix(name, ".csv") + ".parquet" }

// Write writes all files of the results folder but the journal.
func (p *Plan) Write(rows trial.Rows, o *SweepResult, plots bool, create record.Create) error {
	var err error
	table := func(name string, t *tidyTable) {
		if err == nil {
			err = errors.Join(writeFile(create, name, t.writeCSV), writeFile(create, inParquet(name), t.writeParquet))
		}
	}
	table(RunsFile, p.runTable(rows, o.Seeds))
	table(CompletionsFile, p.completionTable(rows, o.Seeds))
	table(MeansFile, structTable(o.Means))
	table(ComparisonFile, structTable(o.Comparisons))
	if t := o.Tournament; t != nil {
		table(RankingFile, structTable(t.Ranking))
		table(GamesFile, structTable(t.Games))
	}
	if err == nil {
		err = writeFile(create, ComparisonJSONFile, func(w io.Writer) error { return WriteJSON(w, o) })
	}
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
