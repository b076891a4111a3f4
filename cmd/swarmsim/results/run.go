package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"swarmsim/bounded"
	"swarmsim/reports"
	"swarmsim/sim/record"
)

// RunFolder is the results folder of a run that is being written.
type RunFolder struct {
	path      string   // the final one
	temporary string   // where files are written until Commit
	locked    *os.File // the temporary folder, locked; nil once released
	replace   bool
}

// runFiles are the files that a run writes. Nothing else is replaced or removed.
var runFiles = slices.Concat(record.Files(), reports.Files(), provenanceFiles)

// maxAttempts bounds retries of operations that fail only if another process creates or
// removes the same name between two system calls.
const maxAttempts = 10

// NewRun creates a temporary folder for the results of a run. Without a path the
// results go to results/NAME or the first free results/NAME-2, results/NAME-3 and so
// on. A folder that exists is refused, unless replace is set and it holds the results
// of a run.
func NewRun(path, name string, replace bool) (*RunFolder, error) {
	if path == "" {
		return newRun(filepath.Join("results", name), false, replace)
	}
	return newRun(path, true, replace)
}

// NewRunIn creates a temporary folder for the results of a run, which go to PARENT/NAME or the
// first free PARENT/NAME-2, PARENT/NAME-3 and so on.
func NewRunIn(parent, name string) (*RunFolder, error) {
	return newRun(filepath.Join(parent, name), false, false)
}

// newRun creates the folder. A path that was not chosen by the user may become the next free one.
func newRun(path string, chosen, replace bool) (*RunFolder, error) {
	resolved, err := resolve(path)
	if err != nil {
		return nil, RefusedError{err}
	}
	f := &RunFolder{path: resolved, replace: replace}
	switch {
	case replace && Exists(f.path) && !holdsRun(f.path):
		return nil, RefusedError{fmt.Errorf("%s exists and is not a results folder; --force replaces only those", f.path)}
	case !replace && chosen && Exists(f.path):
		return nil, RefusedError{fmt.Errorf("%s exists; choose another folder with -o, or replace it with --force", f.path)}
	case !replace:
		f.path = nextFree(f.path)
	}
	parent, base := filepath.Split(f.path)
	parent = filepath.Clean(parent)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, RefusedError{err}
	}
	removeTemporaryFolders(parent)
	for range maxAttempts {
		if f.temporary, err = os.MkdirTemp(parent, "."+base+temporaryMark+"*"); err != nil {
			return nil, RefusedError{err}
		}
		// Until the folder is locked, another process may remove it as abandoned.
		if f.locked, err = os.Open(f.temporary); err == nil && lock(f.locked) && Exists(f.temporary) {
			return f, nil
		}
		f.Discard()
	}
	return nil, fmt.Errorf("cannot create a folder beside %s", f.path)
}

// resolve returns a path that can be renamed: one that does not end in a dot, and for
// a link that of its target.
func resolve(path string) (string, error) {
	path = filepath.Clean(path)
	if base := filepath.Base(path); base == "." || base == ".." {
		return filepath.Abs(path)
	}
	if st, err := os.Lstat(path); err == nil && st.Mode()&os.ModeSymlink != 0 {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			return filepath.Abs(target)
		}
		return "", fmt.Errorf("%s is a link whose target does not exist; choose another folder with -o", path)
	}
	return path, nil
}

// nextFree returns path or, if it exists, the first of path-2, path-3 and so on that
// does not.
func nextFree(path string) string {
	free := path
	for n := 2; Exists(free); n++ {
		free = fmt.Sprintf("%s-%d", path, n)
	}
	return free
}

// holdsRun reports whether a folder is empty or holds the results of a run: --force
// replaces no other.
func holdsRun(path string) bool {
	entries, err := os.ReadDir(path)
	if err != nil || len(entries) == 0 {
		return err == nil
	}
	text, err := bounded.ReadFile(OS, filepath.Join(path, record.SummaryFile), reports.MaxFile)
	var summary struct{ Scenario, Ended *string }
	return err == nil && json.Unmarshal(text, &summary) == nil && summary.Scenario != nil && summary.Ended != nil
}

// Path returns the path of the folder once it is committed, which Commit may change.
func (f *RunFolder) Path() string { return f.path }

// TemporaryPath returns the path of the folder until it is committed.
func (f *RunFolder) TemporaryPath() string { return f.temporary }

// Create creates a file in the folder.
func (f *RunFolder) Create(name string) (io.WriteCloser, error) {
	return os.Create(filepath.Join(f.temporary, name))
}

// Commit describes the results and renames the folder to its final path. If another process has created that
// path during the run, the folder gets the next free name instead: finished results are
// never discarded. If Commit fails, its error names the folder that holds the results.
func (f *RunFolder) Commit() error {
	defer f.release()
	if err := describeRun(f.temporary, f.Create); err != nil {
		return fmt.Errorf("the results are in %s; their provenance could not be written: %w", f.temporary, err)
	}
	old, err := f.rename()
	if err != nil {
		return fmt.Errorf("the finished results are in %s; they could not be moved to %s: %w", f.temporary, f.path, err)
	}
	if old == "" {
		return nil
	}
	if err := f.adoptOtherFiles(old); err != nil {
		return fmt.Errorf("the results are in %s; the other files of the replaced folder are in %s: %w", f.path, old, err)
	}
	return nil
}

// rename moves the folder to its final path, and a folder that it replaces to another
// path, which it returns.
func (f *RunFolder) rename() (old string, err error) {
	if err := os.Chmod(f.temporary, 0o755); err != nil {
		return "", err
	}
	if !locksFolders {
		f.release() // these systems cannot rename a folder that is open
	}
	if f.replace && Exists(f.path) {
		old = nextFree(f.path + "-old")
		if err := os.Rename(f.path, old); err != nil {
			return "", err
		}
	}
	wanted := f.path
	for n := 0; ; n++ {
		if !Exists(f.path) { // rename would replace an empty folder or a file
			err := os.Rename(f.temporary, f.path)
			if err == nil {
				return old, nil
			}
			if n == maxAttempts || !errors.Is(err, fs.ErrExist) && !Exists(f.path) {
				return old, err
			}
		}
		f.path = nextFree(wanted)
	}
}

// adoptOtherFiles moves the files of the replaced folder that no run writes to the new
// one, and removes the old results. Files that cannot be moved stay where they are.
func (f *RunFolder) adoptOtherFiles(old string) error {
	entries, err := os.ReadDir(old)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if ours := slices.Contains(runFiles, e.Name()) && !e.IsDir(); ours || Exists(filepath.Join(f.path, e.Name())) {
			continue
		}
		if err := os.Rename(filepath.Join(old, e.Name()), filepath.Join(f.path, e.Name())); err != nil {
			return err
		}
	}
	if err := removeFiles(old, runFiles); err != nil {
		return err
	}
	os.Remove(old) // fails if it is not empty
	return nil
}

// Discard removes the temporary folder.
func (f *RunFolder) Discard() {
	os.RemoveAll(f.temporary)
	f.release()
}

func (f *RunFolder) release() {
	if f.locked != nil {
		f.locked.Close()
		f.locked = nil
	}
}
