package lab

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	"swarmsim/sim/scenario"
)

// tidyTable is a table of columns of words or of numbers.
type tidyTable struct {
	columns []column
	rows    int
}

type column struct {
	name    string
	words   []string  // nil for a column of numbers
	numbers []float64 // NaN for a missing one
}

func (t *tidyTable) addWords(name string, value func(row int) string) {
	c := column{name: name, words: make([]string, 0, t.rows)}
	for i := range t.rows {
		c.words = append(c.words, value(i))
	}
	t.columns = append(t.columns, c)
}

func (t *tidyTable) addNumbers(name string, value func(row int) float64) {
	c := column{name: name, numbers: make([]float64, 0, t.rows)}
	for i := range t.rows {
		c.numbers = append(c.numbers, value(i))
	}
	t.columns = append(t.columns, c)
}

func (t *tidyTable) writeCSV(to io.Writer) error {
	w := csv.NewWriter(to)
	line := make([]string, len(t.columns))
	for k, c := range t.columns {
		line[k] = escapeFormula(c.name)
	}
	err := w.Write(line)
	for i := range t.rows {
		for k, c := range t.columns {
			line[k] = ""
			if c.words != nil {
				line[k] = escapeFormula(c.words[i])
			} else if !math.IsNaN(c.numbers[i]) {
				line[k] = strconv.FormatFloat(c.numbers[i], 'f', -1, 64)
			}
		}
		err = errors.Join(err, w.Write(line))
	}
	w.Flush()
	return errors.Join(err, w.Error())
}

// escapeFormula prefixes an apostrophe to words that a spreadsheet would evaluate as a
// formula; numbers stay as they are.
func escapeFormula(s string) string {
	if s == "" || !strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return s
	}
	if _, _, isNumber := scenario.Amount(s); isNumber {
		return s
	}
	return "'" + s
}

// writeParquet writes the table with numbers as nullable doubles. Words use the plain
// encoding, for the reason given at record.Event.
func (t *tidyTable) writeParquet(to io.Writer) error {
	var fields []reflect.StructField
	for k, c := range t.columns {
		of, tag := reflect.TypeFor[*float64](), c.name+",optional"
		if c.words != nil {
			of, tag = reflect.TypeFor[string](), c.name+",plain"
		}
		fields = append(fields, reflect.StructField{
			Name: "C" + strconv.Itoa(k),
			Type: of,
			Tag:  reflect.StructTag(`parquet:` + strconv.Quote(tag)),
		})
	}
	of := reflect.StructOf(fields)
	w := parquet.NewWriter(to, parquet.SchemaOf(reflect.New(of).Interface()), parquet.Compression(&parquet.Zstd))
	for i := range t.rows {
		row := reflect.New(of)
		for k, c := range t.columns {
			if c.words != nil {
				row.Elem().Field(k).SetString(c.words[i])
			} else if x := c.numbers[i]; !math.IsNaN(x) {
				row.Elem().Field(k).Set(reflect.ValueOf(&x))
			}
		}
		if err := w.Write(row.Interface()); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return w.Close()
}
