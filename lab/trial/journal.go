package trial

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

// The journal stores a row when its run ends. Each line is the checksum of a row and the
// row as JSON; lines are only ever appended. An incomplete last line is ignored. A damaged
// line counts as missing, and its run is played again.

// Rows are finished runs by their keys.
type Rows map[string]*Row

// maxRow bounds the length of a line: a row of a million leechers has 20 MB.
const maxRow = 128 << 20

// ReadJournal reads all complete lines. valid is their length in bytes: the file must be
// truncated to it before a row is appended. damaged counts the lines with a wrong
// checksum.
func ReadJournal(from io.Reader) (rows Rows, valid int64, damaged int, err error) {
	rows = Rows{}
	lines := bufio.NewReaderSize(from, 1<<20)
	for number := 1; ; number++ {
		line, err := readLine(lines)
		switch {
		case errors.Is(err, io.EOF):
			return rows, valid, damaged, nil
		case err != nil:
			return rows, valid, damaged, fmt.Errorf("line %d: %w", number, err)
		}
		valid += int64(len(line))
		if row := parseRow(line); row != nil {
			rows[row.Key] = row
		} else {
			damaged++
		}
	}
}

// readLine reads a line with its newline. It returns io.EOF for a line without one.
func readLine(from *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := from.ReadSlice('\n')
		line = append(line, part...)
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
		if len(line) > maxRow {
			return nil, fmt.Errorf("has more than %d bytes: the file is not a journal", maxRow)
		}
	}
}

// checksum returns the checksum of a row's JSON, as it is in the journal.
func checksum(text []byte) []byte {
	return fmt.Appendf(nil, "%08x", crc32.Checksum(text, crc32.MakeTable(crc32.Castagnoli)))
}

// parseRow parses a line. It returns nil for a damaged one.
func parseRow(line []byte) *Row {
	check, text, ok := bytes.Cut(bytes.TrimSuffix(line, []byte("\n")), []byte(" "))
	if !ok || !bytes.Equal(check, checksum(text)) {
		return nil
	}
	row, err := ParseRow(text)
	if err != nil {
		return nil
	}
	return row
}

// ParseRow parses the JSON of a row.
func ParseRow(text []byte) (*Row, error) {
	if len(text) > maxRow {
		return nil, fmt.Errorf("a row has at most %d bytes", maxRow)
	}
	var row Row
	if err := json.Unmarshal(text, &row); err != nil {
		return nil, err
	}
	if row.Key == "" {
		return nil, errors.New("the row has no key")
	}
	return &row, nil
}

// LooksLikeJournal reports whether head can be the first bytes of a journal, or a whole
// incomplete one.
func LooksLikeJournal(head []byte) bool {
	for i, c := range head {
		if i < 8 && !strings.ContainsRune("0123456789abcdef", rune(c)) || i == 8 && c != ' ' || i == 9 && c != '{' {
			return false
		}
	}
	return true
}

// AppendRow appends a row to a journal in a single write.
func AppendRow(to io.Writer, r *Row) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	line := append(append(checksum(text), ' '), text...)
	_, err = to.Write(append(line, '\n'))
	return err
}
