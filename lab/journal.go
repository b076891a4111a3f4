package lab

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// The journal is where rows are kept as runs end, a line each: the checksum of a
// row and the row as JSON. Nothing is ever changed in it. A last line that was cut
// off in mid-write is as if it had not been written; one that is damaged counts as
// missing, and its run is played again.

// Rows are finished runs by their key.
type Rows map[string]*Row

// maxRow bounds a line of the journal: a row of a million leechers has 20 MB.
const maxRow = 128 << 20

// ReadJournal reads all whole lines. sound is how long they are: what follows
// must be cut off before anything is added. damaged counts the lines that are not
// what was written.
func ReadJournal(from io.Reader) (rows Rows, sound int64, damaged int, err error) {
	rows = Rows{}
	lines := bufio.NewReaderSize(from, 1<<20)
	for number := 1; ; number++ {
		line, err := readLine(lines)
		switch {
		case errors.Is(err, io.EOF):
			return rows, sound, damaged, nil
		case err != nil:
			return rows, sound, damaged, fmt.Errorf("line %d: %w", number, err)
		}
		sound += int64(len(line))
		if row := parseRow(line); row != nil {
			rows[row.Key] = row
		} else {
			damaged++
		}
	}
}

// readLine reads a line with its end. A line without one is io.EOF.
func readLine(from *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := from.ReadSlice('\n')
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
		if len(line) > maxRow {
			return nil, fmt.Errorf("has more than %d bytes: this is not a journal", maxRow)
		}
	}
}

// sum is the checksum of a row's JSON, as its line has it.
func sum(text []byte) []byte {
	return fmt.Appendf(nil, "%08x", crc32.Checksum(text, crc32.MakeTable(crc32.Castagnoli)))
}

// parseRow reads a line; nil if it is not what was written.
func parseRow(line []byte) *Row {
	check, text, ok := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
	var row Row
	if !ok || !bytes.Equal(check, sum(text)) || json.Unmarshal(text, &row) != nil || row.Key == "" {
		return nil
	}
	return &row
}

// LooksLikeJournal reports whether a file that begins so can be a journal, however
// little of it was written.
func LooksLikeJournal(beginning []byte) bool {
	for i, c := range beginning {
		if i < 8 && !strings.ContainsRune("0123456789abcdef", rune(c)) || i == 8 && c != ' ' || i == 9 && c != '{' {
			return false
		}
	}
	return true
}

// AppendRow adds a row to a journal, in one write.
func AppendRow(to io.Writer, r *Row) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	line := append(append(sum(text), ' '), text...)
	_, err = to.Write(append(line, '\n'))
	return err
}
