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

// Record is the results folder of a run.
type Record struct {
	Summary record.Summary
	Series  Table // timeseries.csv
	Peers   Table // peers.csv
	Heat    Table // availability.csv
	Client  Table // client.csv; empty unless the record is that of a live client

	files  fs.FS          // the folder, for the event log, which is read when it is needed
	events []record.Event // once they have been read
}

// Table is a CSV file. All rows have a cell for each column.
type Table struct {
	Columns []string
	rows    [][]string
}

// MaxFile bounds the size of a file in a results folder: 1 GiB.
const MaxFile = 1 << 30

// maxCells bounds the size of a table.
const maxCells = 50_000_000

// maxNumber is larger than any number in a record: a larger one shows that the file is
// damaged.
const maxNumber = 1e18

// Load reads a results folder. Its errors complete a sentence that begins with the folder's
// name.
func Load(dir fs.FS) (*Record, error) {
	r := &Record{files: dir}
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
	if err == nil && r.Summary.Observer != "" {
		err = r.Client.read(dir, record.ClientFile, nil)
	}
	if n := r.Heat.Len(); err == nil && n > maxSamples {
		err = fmt.Errorf("is damaged: %s has %d rows; a run writes at most %d", record.AvailabilityFile, n, maxSamples)
	}
	return r, err
}

// maxSamples is the largest number of rows of availability.csv.
const maxSamples = 512

// replaceControl replaces the control characters in all texts of a value: they would act on
// the terminal that prints them.
func replaceControl(v reflect.Value) {
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
			replaceControl(v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			replaceControl(v.Index(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			replaceControl(v.Elem())
		}
	}
}

// checkSummary refuses a summary that no run writes.
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
		return fmt.Errorf("is damaged: %s does not describe a run", record.SummaryFile)
	}
	replaceControl(reflect.ValueOf(s).Elem())
	return nil
}

// read reads a table. Cells must be empty, true, false or numbers, except in the columns that
// words lists.
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
	hasWords := make([]bool, len(head))
	for i, c := range head {
		hasWords[i] = slices.Contains(words, c)
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
			if !hasWords[i] && !isCell(cell) {
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

// isCell reports whether a cell is valid in a column without words.
func isCell(s string) bool {
	if s == "" || s == "true" || s == "false" {
		return true
	}
	x, err := strconv.ParseFloat(s, 64)
	return err == nil && math.Abs(x) <= maxNumber // false for NaN
}

// Len returns the number of rows.
func (t *Table) Len() int { return len(t.rows) }

// Numbers returns a column as numbers, with 0 for cells that are not numbers.
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

// Words returns the cells of a column.
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

// segment is a part of a column without empty cells, with its times.
type segment struct{ xs, ys []float64 }

// segments splits a column of the time series at its empty cells.
func (r *Record) segments(column string, times []float64) []segment {
	var out []segment
	open := false
	ys := r.Series.Numbers(column)
	for i, cell := range r.Series.Words(column) {
		if cell == "" {
			open = false
			continue
		}
		if !open {
			out, open = append(out, segment{}), true
		}
		last := &out[len(out)-1]
		last.xs, last.ys = append(last.xs, times[i]), append(last.ys, ys[i])
	}
	return out
}

// groups lists the groups in the time series.
func (r *Record) groups() []string {
	var out []string
	for _, c := range r.Series.Columns {
		if name, ok := strings.CutSuffix(c, ":present"); ok {
			out = append(out, name)
		}
	}
	return out
}
