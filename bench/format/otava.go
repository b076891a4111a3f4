package format

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"swarmsim/bench"
)

// Commit is a point of a project's history.
type Commit struct {
	ID   string
	Time time.Time // of the commit
}

// The columns of a history besides its metrics.
const (
	timeColumn   = "time"
	commitColumn = "commit"
)

// HistoryFile returns the name of the file that has a cell's history: a cell has a file of its
// own, so that a suite may grow without a change to the others.
func HistoryFile(c *bench.Cell) string {
	parts := []string{c.Case, c.Subject}
	if c.Composition != "" {
		parts = append(parts, c.Composition)
	}
	name := strings.Join(parts, ".")
	safe := strings.Map(func(r rune) rune {
		if plain(r) || strings.ContainsRune("-_.", r) {
			return r
		}
		return '-'
	}, name)
	safe = strings.TrimLeft(safe, ".-") // a name that begins so is hidden, or an option
	if safe != name || len(safe) > 100 || slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(p, ".") }) {
		sum := sha256.Sum256([]byte(strings.Join(parts, "\x00"))) // two names may be alike without their punctuation
		safe = safe[:min(len(safe), 80)] + "-" + hex.EncodeToString(sum[:4])
	}
	return safe + ".csv"
}

// AppendHistory adds the means of a cell to its history and returns the new text of the file: a
// CSV table with a row per commit, in the order of time, as Apache Otava reads it. The row of a
// commit that is there already is replaced. A metric that is new begins a column on the right.
//
// Where a commit has no value, its row has that of the commit before, or else of the next one:
// Otava itself fills gaps so, takes no empty values, and finds no change in a column with a nan.
func AppendHistory(history []byte, c *bench.Cell, at Commit) ([]byte, error) {
	table, err := readHistory(history)
	if err != nil {
		return nil, err
	}
	row := make([]string, len(table[0]))
	row[0], row[1] = at.Time.UTC().Format(time.RFC3339), oneLine(at.ID)
	if row[1] == "" {
		return nil, errors.New("the commit has no name")
	}
	for i := range c.Metrics {
		m := &c.Metrics[i]
		mean := summarize(m.Values).Mean
		if !finite(mean) {
			continue
		}
		column := slices.Index(table[0], historyColumn(m.Metric))
		if column < 0 {
			column = len(table[0])
			table[0] = append(table[0], historyColumn(m.Metric))
			row = append(row, "")
		}
		row[column] = digits(mean)
	}
	table = slices.DeleteFunc(table, func(r []string) bool { return r[1] == row[1] && r[0] != timeColumn })
	table = append(table, row)
	slices.SortStableFunc(table[1:], func(a, b []string) int { return historyTime(a[0]).Compare(historyTime(b[0])) })
	fillGaps(table)
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	err = w.WriteAll(table)
	return out.Bytes(), err
}

// fillGaps fills in the values that a table lacks.
func fillGaps(table [][]string) {
	for i := range table {
		for len(table[i]) < len(table[0]) {
			table[i] = append(table[i], "")
		}
	}
	fill := func(row []string, from []string) {
		for k := range row {
			row[k] = cmp.Or(row[k], from[k])
		}
	}
	for i := 2; i < len(table); i++ {
		fill(table[i], table[i-1])
	}
	for i := len(table) - 2; i > 0; i-- {
		fill(table[i], table[i+1])
	}
}

// readHistory reads a history. An empty text is a history without rows.
func readHistory(text []byte) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(text))
	table, err := r.ReadAll() // all rows have as many values as the first
	if err != nil {
		return nil, err
	}
	if len(table) == 0 {
		return [][]string{{timeColumn, commitColumn}}, nil
	}
	if head := table[0]; len(head) < 2 || head[0] != timeColumn || head[1] != commitColumn {
		return nil, fmt.Errorf("line 1: the first columns are %q; those of a history are %s,%s",
			head[:min(2, len(head))], timeColumn, commitColumn)
	}
	for i, row := range table[1:] {
		if historyTime(row[0]).IsZero() {
			return nil, fmt.Errorf("row %d: the time is %q; it is written like 2026-01-31T12:00:00Z", i+2, row[0])
		}
	}
	return table, nil
}

// historyTime reads a time, and returns the zero time if it is malformed.
func historyTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

// historyColumn returns the column of a metric. Otava gives branch a meaning of its own.
func historyColumn(metric string) string {
	switch name := oneLine(metric); name {
	case timeColumn, commitColumn, "branch", "":
		return "metric " + name
	default:
		return name
	}
}

// WriteHistoryConfig writes the configuration of Otava for the histories of all cells that have
// results: a test per cell, with the direction of each metric. Files are in a folder, which is
// relative to where Otava runs.
func WriteHistoryConfig(w io.Writer, r *bench.Results, folder string) error {
	var out bytes.Buffer
	fmt.Fprintln(&out, "tests:")
	for i := range r.Cells {
		c := &r.Cells[i]
		if !slices.ContainsFunc(c.Metrics, hasMean) {
			continue
		}
		name := strings.TrimSuffix(HistoryFile(c), ".csv")
		fmt.Fprintf(&out, "  %s:\n    type: csv\n    file: %s\n    time_column: time\n    attributes: [commit]\n    metrics:\n",
			yamlString(name), yamlString(strings.TrimSuffix(folder, "/")+"/"+HistoryFile(c)))
		for k := range c.Metrics {
			m := &c.Metrics[k]
			if !hasMean(*m) {
				continue // the history may have no such column
			}
			column := yamlString(historyColumn(m.Metric))
			fmt.Fprintf(&out, "      %s: {direction: %d, column: %s}\n", column, historyDirection(m.Direction), column)
		}
	}
	_, err := out.WriteTo(w)
	return err
}

// hasMean reports whether a metric has a value with any seed.
func hasMean(m bench.Series) bool { return finite(summarize(m.Values).Mean) }

// historyDirection returns the sign of a change for the better, or 0.
func historyDirection(d bench.Direction) int {
	switch d {
	case bench.LowerIsBetter:
		return -1
	case bench.HigherIsBetter:
		return 1
	}
	return 0
}

// yamlString quotes a string: those of JSON are strings of YAML.
func yamlString(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		return `""` // a string can always be encoded
	}
	return string(text)
}
