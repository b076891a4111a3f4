package reports

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"swarmsim/sim/record"
)

// Record is a results folder as reports see it.
type Record struct {
	Summary record.Summary
	Series  Table // timeseries.csv
	Peers   Table // peers.csv
	Heat    Table // availability.csv
}

// Table is a CSV file, by column.
type Table struct {
	Columns []string
	rows    [][]string
}

// Load reads a results folder.
func Load(dir fs.FS) (*Record, error) {
	r := &Record{}
	text, err := fs.ReadFile(dir, record.SummaryFile)
	if err != nil {
		return nil, notResults(err)
	}
	if err := json.Unmarshal(text, &r.Summary); err != nil {
		return nil, fmt.Errorf("%s: %w", record.SummaryFile, err)
	}
	return r, cmp.Or(
		r.Series.read(dir, record.TimeSeriesFile),
		r.Peers.read(dir, record.PeersFile),
		r.Heat.read(dir, record.AvailabilityFile))
}

func notResults(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("is not a results folder: it has no " + record.SummaryFile)
	}
	return err
}

func (t *Table) read(dir fs.FS, name string) error {
	f, err := dir.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if len(all) == 0 {
		return fmt.Errorf("%s is empty", name)
	}
	t.Columns, t.rows = all[0], all[1:]
	return nil
}

// Len is how many rows there are.
func (t *Table) Len() int { return len(t.rows) }

// Numbers returns a column as numbers; a cell that is none counts as 0.
func (t *Table) Numbers(column string) []float64 {
	i := slices.Index(t.Columns, column)
	out := make([]float64, len(t.rows))
	for r, row := range t.rows {
		if i >= 0 {
			out[r], _ = strconv.ParseFloat(row[i], 64)
		}
	}
	return out
}

// Words returns a column as it stands.
func (t *Table) Words(column string) []string {
	i := slices.Index(t.Columns, column)
	out := make([]string, len(t.rows))
	for r, row := range t.rows {
		if i >= 0 {
			out[r] = row[i]
		}
	}
	return out
}

// stretch is a part of a column without a gap, beside its times.
type stretch struct{ xs, ys []float64 }

// stretches are the parts of a column of the time series between the samples at
// which there was nothing to measure.
func (r *Record) stretches(column string, times []float64) []stretch {
	var out []stretch
	open := false
	ys := r.Series.Numbers(column)
	for i, cell := range r.Series.Words(column) {
		if cell == "" {
			open = false
			continue
		}
		if !open {
			out, open = append(out, stretch{}), true
		}
		last := &out[len(out)-1]
		last.xs, last.ys = append(last.xs, times[i]), append(last.ys, ys[i])
	}
	return out
}

// groups lists the groups that the time series has columns for.
func (r *Record) groups() []string {
	var out []string
	for _, c := range r.Series.Columns {
		if name, ok := strings.CutSuffix(c, ":present"); ok {
			out = append(out, name)
		}
	}
	return out
}
