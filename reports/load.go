package reports

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"swarmsim/bounded"
	"swarmsim/sim/record"
)

// Record is a results folder as reports see it.
type Record struct {
	Summary record.Summary
	Series  Table // timeseries.csv
	Peers   Table // peers.csv
	Heat    Table // availability.csv
}

// Table is a CSV file, by column. All its rows have as many cells as it has
// columns.
type Table struct {
	Columns []string
	rows    [][]string
}

// MaxFile bounds a file of a results folder: 1 GiB.
const MaxFile = 1 << 30

// maxCells bounds a table that is drawn.
const maxCells = 50_000_000

// maxNumber is beyond every number that a record holds. What is above it comes
// from a damaged file, and nothing could be drawn to its scale.
const maxNumber = 1e18

// Load reads a results folder. An error completes the sentence "FOLDER ...".
func Load(dir fs.FS) (*Record, error) {
	r := &Record{}
	text, err := bounded.ReadFile(dir, record.SummaryFile, MaxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("is not a results folder: it has no " + record.SummaryFile)
	}
	if err == nil {
		err = json.Unmarshal(text, &r.Summary)
	}
	if err != nil {
		return nil, fmt.Errorf("is damaged: %s: %w", record.SummaryFile, err)
	}
	err = cmp.Or(
		checkSummary(&r.Summary),
		r.Series.read(dir, record.TimeSeriesFile, nil),
		r.Peers.read(dir, record.PeersFile, []string{"group", "outcome"}),
		r.Heat.read(dir, record.AvailabilityFile, nil))
	if n := r.Heat.Len(); err == nil && n > maxMoments {
		err = fmt.Errorf("is damaged: %s has %d rows; a run writes %d at most", record.AvailabilityFile, n, maxMoments)
	}
	return r, err
}

// maxMoments is how many rows the availability of pieces has at most.
const maxMoments = 512

// plain takes control characters out of every text: they would act on the terminal
// that it is printed to.
func plain(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.Map(func(r rune) rune {
			if unicode.IsControl(r) {
				return unicode.ReplacementChar
			}
			return r
		}, v.String()))
	case reflect.Struct:
		for i := range v.NumField() {
			plain(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			plain(v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			plain(v.Elem())
		}
	}
}

// checkSummary finds what no run's summary says.
func checkSummary(s *record.Summary) error {
	values := s.Values()
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if v := values[name]; name != "seed" && math.Abs(v) > maxNumber {
			return fmt.Errorf("is damaged: %s: %s is %g", record.SummaryFile, name, v)
		}
	}
	if s.Pieces < 0 || s.VirtualS < 0 || s.CompletionS.Last < 0 {
		return fmt.Errorf("is damaged: %s has a negative time or count", record.SummaryFile)
	}
	if s.Scenario == "" && s.Ended == "" && s.Pieces == 0 {
		return fmt.Errorf("is damaged: %s says nothing of a run", record.SummaryFile)
	}
	plain(reflect.ValueOf(s).Elem())
	return nil
}

// read reads a table whose cells are numbers, or empty or true or false, but for
// the columns of words.
func (t *Table) read(dir fs.FS, name string, words []string) error {
	f, size, err := bounded.Open(dir, name)
	if err != nil {
		return fmt.Errorf("is damaged: %s: %w", name, err)
	}
	defer f.Close()
	if size > MaxFile {
		return fmt.Errorf("is damaged: %s has %d bytes; at most %d are read", name, size, MaxFile)
	}
	if err := t.parse(f, words); err != nil {
		return fmt.Errorf("is damaged: %s: %w", name, err)
	}
	return nil
}

func (t *Table) parse(from io.Reader, words []string) error {
	lines := csv.NewReader(io.LimitReader(from, MaxFile))
	head, err := lines.Read()
	if errors.Is(err, io.EOF) {
		return errors.New("it is empty")
	} else if err != nil {
		return err
	}
	t.Columns = head
	named := make([]bool, len(head))
	for i, c := range head {
		named[i] = slices.Contains(words, c)
		if slices.Contains(head[:i], c) {
			return fmt.Errorf("it has the column %.40q twice", c)
		}
	}
	for {
		row, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		for i, cell := range row {
			if !named[i] && !isCell(cell) {
				line, column := lines.FieldPos(i)
				return fmt.Errorf("line %d, column %d: %s is %.40q, not a number", line, column, t.Columns[i], cell)
			}
		}
		t.rows = append(t.rows, row)
		if len(t.rows)*len(head) > maxCells {
			return fmt.Errorf("it has more than %d cells", maxCells)
		}
	}
}

// isCell reports whether a record can have such a cell where no word belongs.
func isCell(s string) bool {
	if s == "" || s == "true" || s == "false" {
		return true
	}
	x, err := strconv.ParseFloat(s, 64)
	return err == nil && math.Abs(x) <= maxNumber // which NaN is not either
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
