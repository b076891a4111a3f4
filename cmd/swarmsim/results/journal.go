package results

import (
	"errors"
	"fmt"
	"io"
	"os"

	"swarmsim/bounded"
	"swarmsim/lab/trial"
)

// Journal is a file of finished runs, locked by the process that adds to it.
type Journal struct {
	file    *os.File
	rows    trial.Rows
	damaged int
}

// OpenJournal opens or creates a journal, locks it and reads its rows. With restart it is emptied.
func OpenJournal(name string, restart bool) (*Journal, error) {
	if st, err := os.Lstat(name); err == nil && !st.Mode().IsRegular() {
		return nil, RefusedError{fmt.Errorf("%s is %s, not a journal; choose another folder with -o",
			name, bounded.Kind(st.Mode()))}
	}
	file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, RefusedError{err}
	}
	j := &Journal{file: file}
	if err := j.read(name, restart); err != nil {
		file.Close()
		return nil, err
	}
	return j, nil
}

func (j *Journal) read(name string, restart bool) error {
	if !lock(j.file) {
		return RefusedError{fmt.Errorf("another process is writing to %s", name)}
	}
	if restart {
		if err := j.file.Truncate(0); err != nil {
			return err
		}
	}
	head := make([]byte, 10)
	n, err := j.file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !trial.LooksLikeJournal(head[:n]) {
		return RefusedError{fmt.Errorf("%s is not a journal that this version can read; "+
			"choose another folder with -o, or start again with --force", name)}
	}
	rows, valid, damaged, err := trial.ReadJournal(j.file)
	if err != nil {
		return RefusedError{fmt.Errorf("%s: %w", name, err)}
	}
	j.rows, j.damaged = rows, damaged
	return j.file.Truncate(valid)
}

// Rows returns the finished runs.
func (j *Journal) Rows() trial.Rows { return j.rows }

// DamagedLines returns how many lines could not be read. Their runs have to be played again.
func (j *Journal) DamagedLines() int { return j.damaged }

// Append adds the row of a finished run.
func (j *Journal) Append(r *trial.Row) error {
	j.rows[r.Key] = r
	return trial.AppendRow(j.file, r)
}

// Close closes the journal and unlocks it.
func (j *Journal) Close() { j.file.Close() }
