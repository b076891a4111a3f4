package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"swarmsim/bounded"
	"swarmsim/lab"
	"swarmsim/lab/trial"
	"swarmsim/sim/record"
)

// SweepFolder is the results folder of a sweep: a journal of finished runs and, once
// all runs are finished, the files that show the result.
type SweepFolder struct {
	*Journal
	path string
	meta Meta
}

// OpenSweep opens or creates a results folder, locks it and reads its journal. With
// restart the journal is emptied, and the results of a run are removed.
func OpenSweep(path string, restart bool) (*SweepFolder, error) {
	name := filepath.Join(path, lab.JournalFile)
	if err := makeSweepFolder(path, restart); err != nil {
		return nil, err
	}
	journal, err := OpenJournal(name, restart)
	if err != nil {
		return nil, err
	}
	f := &SweepFolder{Journal: journal, path: path}
	RemoveTemporaryFiles(path)
	f.meta, _ = ReadMeta(path) // absent in a new folder, and not to be trusted in a damaged one
	return f, nil
}

// makeSweepFolder creates the folder, unless something else has its path.
func makeSweepFolder(path string, restart bool) error {
	entries, err := os.ReadDir(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return RefusedError{fmt.Errorf("%s cannot be a results folder: %w", path, bounded.Reason(err))}
	case len(entries) > 0 && !Exists(filepath.Join(path, lab.JournalFile)):
		if !restart || !holdsRun(path) {
			return RefusedError{fmt.Errorf("%s exists and is not a sweep's results folder; choose another with -o", path)}
		}
		if err := removeFiles(path, runFiles); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return RefusedError{err}
	}
	return nil
}

// Path returns the folder's path.
func (f *SweepFolder) Path() string { return f.path }

// Holds reports whether the folder was last used for the sweep and the shard that meta describes.
func (f *SweepFolder) Holds(meta Meta) bool {
	return f.meta.Sweep == meta.Sweep && f.meta.Program == meta.Program && f.meta.Compared == meta.Compared &&
		reflect.DeepEqual(f.meta.Shard, meta.Shard)
}

// Meta returns the description of the sweep that the folder was last used for. ok is false if it has none.
func (f *SweepFolder) Meta() (meta Meta, ok bool) { return f.meta, f.meta.Sweep != "" }

// Begin prepares the folder for runs of the sweep that meta describes: it removes the
// files that show an earlier result. Files that no sweep has written stay.
func (f *SweepFolder) Begin(meta Meta) error {
	if err := f.removeOutcome(nil); err != nil {
		return err
	}
	meta.Runs = f.meta.Runs
	f.meta = meta
	return f.writeMeta()
}

// Write writes all files and sorts the journal.
func (f *SweepFolder) Write(plan *lab.Plan, o *lab.SweepResult, meta Meta, plots bool) error {
	create := Atomic(f.path)
	var written []string
	err := plan.Write(f.Rows(), o, plots, func(name string) (io.WriteCloser, error) {
		written = append(written, name)
		return create(name)
	})
	if err == nil {
		err = f.Sort(plan.Keys(o.Seeds))
	}
	if err == nil {
		err = f.describeSweep(plan, o, meta, create, slices.Clone(written))
		written = append(written, provenanceFiles...)
	}
	if err == nil {
		err = f.removeOutcome(written)
	}
	old := f.meta.Files
	meta.Runs = f.meta.Runs
	f.meta, f.meta.Files = meta, written
	if err != nil {
		f.meta.Files = append(written, old...)
	}
	return errors.Join(err, f.writeMeta())
}

// removeOutcome removes the files that the sweep has written to the folder, except the
// journal and those to keep.
func (f *SweepFolder) removeOutcome(keep []string) error {
	files := slices.Concat(f.meta.Files, lab.Files(), provenanceFiles)
	files = slices.DeleteFunc(files, func(name string) bool {
		return name != filepath.Base(name) || name == lab.JournalFile || slices.Contains(keep, name)
	})
	return removeFiles(f.path, files)
}

func (f *SweepFolder) writeMeta() error {
	text, err := json.MarshalIndent(&f.meta, "", "  ")
	if err != nil {
		return err
	}
	w, err := Atomic(f.path)(record.MetaFile)
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return errors.Join(err, w.Close())
}

// SweepPath returns the folder of a sweep that is given none: results/NAME or, if that
// holds other comparisons, the first of results/NAME-2, results/NAME-3 and so on that
// does not. With fromFile, for a sweep file whose comparisons no flag changes, it is
// always results/NAME: there an edited file continues. compared is the digest that
// lab.Plan.Compared returns.
func SweepPath(name string, fromFile bool, compared string) string {
	path := filepath.Join("results", name)
	for n := 2; !fromFile && Exists(path); n++ {
		if m, err := ReadMeta(path); err == nil && m.Compared == compared {
			break
		}
		path = filepath.Join("results", fmt.Sprintf("%s-%d", name, n))
	}
	return path
}

// JournalRows reads the finished runs of a results folder; it returns none if there is
// no such folder.
func JournalRows(dir string) (trial.Rows, error) {
	name := filepath.Join(dir, lab.JournalFile)
	f, _, err := bounded.Open(OS, name)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, RefusedError{fmt.Errorf("%s: %w", name, err)}
	}
	defer f.Close()
	rows, _, _, err := trial.ReadJournal(f)
	return rows, err
}
