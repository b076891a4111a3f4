package lab

import (
	"bytes"
	"encoding/json"
	"io"
)

// The journal is where rows are kept as runs end, a line of JSON each. Nothing
// is ever changed in it: what was cut off in mid-write, with a line of its own
// or in the middle of one, is as if it had not been written.

// Rows are finished runs by their key.
type Rows map[string]*Row

// ReadJournal reads all whole lines. sound is how long they are: what follows
// must be cut off before anything is added.
func ReadJournal(from io.Reader) (rows Rows, sound int64, err error) {
	text, err := io.ReadAll(from)
	rows = Rows{}
	for {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		var row Row
		if !whole || json.Unmarshal(line, &row) != nil || row.Key == "" {
			return rows, sound, err
		}
		rows[row.Key] = &row
		sound += int64(len(line)) + 1
		text = rest
	}
}

// AppendRow adds a row to a journal, in one write.
func AppendRow(to io.Writer, r *Row) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = to.Write(append(text, '\n'))
	return err
}
