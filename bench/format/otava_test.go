package format

import (
	"bytes"
	"encoding/csv"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"swarmsim/bench"
)

// otavaTest is a test in Otava's configuration (create_csv_test_config of its test_config.py).
type otavaTest struct {
	Type       string
	File       string
	TimeColumn string `yaml:"time_column"`
	Attributes []string
	Metrics    map[string]struct {
		Direction int
		Column    string
	}
}

// readOtava reads a history by the rules of Otava's CsvImporter.fetch_data: the columns of the
// time, the attributes and the metrics are in the head, no row is shorter than it, every value
// is a number. It returns the metrics' values.
func readOtava(t *testing.T, config otavaTest, history []byte) map[string][]float64 {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(history))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := func(name string) int {
		for i, h := range rows[0] {
			if h == name {
				return i
			}
		}
		t.Fatalf("Column not found: %s", name)
		return 0
	}
	data := map[string][]float64{}
	before := time.Time{}
	for _, row := range rows[1:] {
		if len(row) < len(rows[0]) {
			t.Fatalf("Number of values in the row does not match: %q", row)
		}
		at, err := time.Parse(time.RFC3339, row[column(config.TimeColumn)])
		if err != nil || at.Before(before) {
			t.Errorf("time %v after %v: %v", at, before, err)
		}
		before = at
		for _, a := range config.Attributes {
			if row[column(a)] == "" {
				t.Errorf("no %s in %q", a, row)
			}
		}
		for name, m := range config.Metrics {
			x, err := strconv.ParseFloat(row[column(m.Column)], 64)
			if err != nil || math.IsNaN(x) {
				t.Errorf("Could not convert value in column %s: %v", name, row)
			}
			data[name] = append(data[name], x)
		}
	}
	return data
}

// historyConfig returns the tests of the configuration, by their file.
func historyConfig(t *testing.T, r *bench.Results) map[string]otavaTest {
	t.Helper()
	var text bytes.Buffer
	if err := WriteHistoryConfig(&text, r, "history/"); err != nil {
		t.Fatal(err)
	}
	var config struct{ Tests map[string]otavaTest }
	if err := yaml.Unmarshal(text.Bytes(), &config); err != nil {
		t.Fatalf("%v in\n%s", err, text.String())
	}
	files := map[string]otavaTest{}
	for _, x := range config.Tests {
		if x.Type != "csv" || x.TimeColumn != "time" {
			t.Errorf("test %+v", x)
		}
		files[x.File] = x
	}
	return files
}

func day(n int) time.Time { return time.Date(2026, 9, n, 12, 0, 0, 0, time.UTC) }

// A history grows by a row per commit; a commit that is measured again keeps one row; a metric
// that comes later has values from the beginning.
func TestHistory(t *testing.T) {
	r, _ := example()
	c := &r.Cells[2] // completion_p50 and sent; fairness has no value
	var history []byte
	add := func(id string, n int, p50 float64) {
		t.Helper()
		c.Metrics[0].Values = []float64{p50}
		var err error
		if history, err = AppendHistory(history, c, Commit{ID: id, Time: day(n)}); err != nil {
			t.Fatal(err)
		}
	}
	add("aaa", 1, 31)
	add("ccc", 3, 33)
	add("bbb", 2, 99)
	c.Metrics[1].Values = []float64{0.5}
	add("bbb", 2, 32)
	c.Metrics[0].Metric = "gone"
	add("ddd", 4, 34)
	want := strings.Join([]string{
		"time,commit,completion_p50,sent,fairness,gone",
		"2026-09-01T12:00:00Z,aaa,31,1.6777216e+07,0.5,34",
		"2026-09-02T12:00:00Z,bbb,32,1.6777216e+07,0.5,34",
		"2026-09-03T12:00:00Z,ccc,33,1.6777216e+07,0.5,34",
		"2026-09-04T12:00:00Z,ddd,33,1.6777216e+07,0.5,34",
	}, "\n") + "\n"
	if string(history) != want {
		t.Errorf("the history is\n%s\nnot\n%s", history, want)
	}
	config := historyConfig(t, r)["history/natted.default.csv"]
	if got := readOtava(t, config, history)["gone"]; len(got) != 4 || got[3] != 34 {
		t.Errorf("Otava reads %v", got)
	}
	if config.Metrics["gone"].Direction != -1 || config.Metrics["fairness"].Direction != 1 || config.Metrics["sent"].Direction != 0 {
		t.Errorf("the directions are %v", config.Metrics)
	}
}

// Otava reads the histories of all cells, whatever their names; no two share a file.
func TestHistoryHostile(t *testing.T) {
	r, _ := hostileExample()
	config := historyConfig(t, r)
	if len(config) != len(r.Cells) {
		t.Errorf("%d files for %d cells", len(config), len(r.Cells))
	}
	for i := range r.Cells {
		c := &r.Cells[i]
		file := HistoryFile(c)
		if strings.ContainsAny(file, "/\\ \n%:") || strings.Trim(file[:1], ".-") == "" {
			t.Errorf("file %q", file)
		}
		var history []byte
		for n, id := range hostile {
			var err error
			if history, err = AppendHistory(history, c, Commit{ID: id, Time: day(n + 1)}); err != nil {
				t.Fatal(err)
			}
		}
		for name, values := range readOtava(t, config["history/"+file], history) {
			if len(values) != len(hostile) {
				t.Errorf("%s has %d values", name, len(values))
			}
		}
	}
}

// A file that is no history is refused with its place, and nothing is made of it.
func TestHistoryDamaged(t *testing.T) {
	r, _ := example()
	for _, x := range []struct{ text, want string }{
		{"commit,time,a\n", `line 1: the first columns are ["commit" "time"]; those of a history are time,commit`},
		{"time,commit,a\nyesterday,x,1\n", `row 2: the time is "yesterday"; it is written like 2026-01-31T12:00:00Z`},
		{"time,commit,a\n2026-01-31T12:00:00Z,x\n", "record on line 2: wrong number of fields"},
		{"<<<<<<< HEAD\n", "line 1"},
		{"time,commit,a\n\"", "line 2"},
	} {
		out, err := AppendHistory([]byte(x.text), &r.Cells[0], Commit{"x", day(1)})
		if err == nil || !strings.Contains(err.Error(), x.want) || out != nil {
			t.Errorf("%q gives %q and %v", x.text, out, err)
		}
	}
	if _, err := AppendHistory(nil, &r.Cells[0], Commit{"\n", day(1)}); err == nil {
		t.Error("a commit without a name is taken")
	}
}

// Whatever a history file holds, it is refused or stays a history.
func FuzzHistory(f *testing.F) {
	f.Add([]byte("time,commit,a\n2026-01-31T12:00:00Z,x,1\n"))
	f.Add([]byte("time,commit,completion_p50,completion_p50\n2026-01-31T12:00:00Z,x,,\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, _ := example()
		once, err := AppendHistory(text, &r.Cells[0], Commit{"abc", day(1)})
		if err != nil {
			return
		}
		twice, err := AppendHistory(once, &r.Cells[0], Commit{"abc", day(1)})
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%q, again %q: %v", once, twice, err)
		}
	})
}
