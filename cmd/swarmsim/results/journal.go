package results

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

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

// Sort writes the journal again, with the rows of keys first and in their order, then the others.
// The journal of a finished sweep is then the same whatever machines played it, and in whatever order. A
// process that is killed meanwhile leaves the old journal.
func (j *Journal) Sort(keys []string) error {
	name := j.file.Name()
	sorted, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+temporaryMark+"*")
	if err != nil {
		return err
	}
	lock(sorted)
	err = writeRows(sorted, j.rows, keys)
	if err == nil {
		err = errors.Join(sorted.Chmod(0o644), sorted.Sync())
	}
	if err == nil {
		err = j.replace(sorted, name)
	}
	if err != nil {
		sorted.Close()
		os.Remove(sorted.Name())
		return fmt.Errorf("sort %s: %w", name, err)
	}
	return nil
}

// replace renames a complete journal to its final name. Where locks work on folders, an open file
// can be renamed, so the journal is locked all the time.
func (j *Journal) replace(sorted *os.File, name string) error {
	if locksFolders {
		if err := os.Rename(sorted.Name(), name); err != nil {
			return err
		}
		j.file.Close()
		j.file = sorted
		return nil
	}
	if err := sorted.Close(); err != nil {
		return err
	}
	j.file.Close()
	err := os.Rename(sorted.Name(), name)
	file, err2 := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err2 != nil {
		return errors.Join(err, err2)
	}
	j.file = file
	if err == nil && !lock(file) {
		err = errors.New("another process has begun to write to it")
	}
	return err
}

// writeRows writes the rows of keys and then the others, by key.
func writeRows(to io.Writer, rows trial.Rows, keys []string) error {
	w := bufio.NewWriterSize(to, 1<<20)
	written := map[string]bool{}
	for _, key := range append(slices.Clone(keys), slices.Sorted(maps.Keys(rows))...) {
		row := rows[key]
		if row == nil || written[key] {
			continue
		}
		written[key] = true
		if err := trial.AppendRow(w, row); err != nil {
			return err
		}
	}
	return w.Flush()
}

// Close closes the journal and unlocks it.
func (j *Journal) Close() { j.file.Close() }
