package results

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"swarmsim/bounded"
	"swarmsim/lab/trial"
)

// The files of the results folder of a suite.
const (
	BenchJournal = "bench.journal"
	BenchResults = "results.yaml"
)

// BenchFolder is the results folder of a suite: a journal of finished runs and, once all are
// finished, the results.
type BenchFolder struct {
	*Journal
	path     string
	finished bool // the last suite that was played here was finished
}

// OpenBench opens or creates a results folder, locks it and reads its journal. With restart the
// journal is emptied.
func OpenBench(path string, restart bool) (*BenchFolder, error) {
	entries, err := os.ReadDir(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return nil, RefusedError{fmt.Errorf("%s cannot be a results folder: %w", path, bounded.Reason(err))}
	case len(entries) > 0 && !Exists(filepath.Join(path, BenchJournal)):
		return nil, RefusedError{fmt.Errorf("%s exists and is not a suite's results folder; choose another with -o", path)}
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, RefusedError{err}
	}
	finished := Exists(filepath.Join(path, BenchResults))
	journal, err := OpenJournal(filepath.Join(path, BenchJournal), restart)
	if err != nil {
		return nil, err
	}
	RemoveTemporaryFiles(path)
	return &BenchFolder{journal, path, finished}, nil
}

// Path returns the folder's path.
func (f *BenchFolder) Path() string { return f.path }

// Begin prepares the folder for runs: it removes earlier results. If the last suite was finished, the
// journal loses the rows that forget returns true for.
func (f *BenchFolder) Begin(forget func(*trial.Row) bool) error {
	if f.finished {
		if err := f.forget(forget); err != nil {
			return err
		}
	}
	f.finished = false
	return removeFiles(f.path, []string{BenchResults})
}

// forget writes the journal again without some rows.
func (f *BenchFolder) forget(forget func(*trial.Row) bool) error {
	kept, n := trial.Rows{}, 0
	for key, row := range f.rows {
		if !forget(row) {
			kept[key] = row
			continue
		}
		n++
	}
	if n == 0 {
		return nil
	}
	if err := f.file.Truncate(0); err != nil {
		return err
	}
	f.rows = trial.Rows{}
	for _, row := range kept {
		if err := f.Append(row); err != nil {
			return err
		}
	}
	return nil
}

// Create creates a file of the folder, under a temporary name until it is closed.
func (f *BenchFolder) Create(name string) (io.WriteCloser, error) {
	dir := filepath.Join(f.path, filepath.Dir(name))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return Atomic(dir)(filepath.Base(name))
}
