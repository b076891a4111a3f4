package trial

import (
	"bytes"
	"testing"
)

// Of any journal, only complete lines are read.
func FuzzJournal(f *testing.F) {
	var journal bytes.Buffer
	if err := AppendRow(&journal, &Row{Key: "a", Ended: "done", Values: map[string]float64{"x": 1}}); err != nil {
		f.Fatal(err)
	}
	f.Add(append(journal.Bytes(), '{'))
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, valid, damaged, err := ReadJournal(bytes.NewReader(text))
		if lines := bytes.Count(text, []byte("\n")); len(rows)+damaged > lines {
			t.Errorf("%d rows and %d damaged lines of %d", len(rows), damaged, lines)
		}
		if err != nil || valid > int64(len(text)) || valid > 0 && text[valid-1] != '\n' {
			t.Errorf("%d of %d bytes are valid, %v", valid, len(text), err)
		}
	})
}
