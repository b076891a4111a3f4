package main

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

// folder is a results folder in the making: it is filled beside its place and
// moved there when it is whole, so that what stands there is never half-written.
type folder struct {
	path    string // where it will be
	making  string // where it is filled
	held    *os.File
	replace bool
}

// runFiles are the names that a run's results folder has: what --force replaces
// and nothing else.
var runFiles = append(record.Files(), reports.Files()...)

// newFolder reserves a place for results. Without a path it takes results/NAME,
// or the next free results/NAME-2 and so on. A folder that exists is refused
// unless it is to be replaced.
func newFolder(path, name string, replace bool) (*folder, error) {
	chosen := path != ""
	if !chosen {
		path = filepath.Join("results", name)
	}
	place, err := placeOf(path)
	if err != nil {
		return nil, usageError{err}
	}
	f := &folder{path: place, replace: replace}
	switch {
	case replace && exists(f.path) && !looksLikeResults(f.path):
		return nil, usageError{fmt.Errorf("%s exists and is not a results folder; --force replaces only those", f.path)}
	case !replace && chosen && exists(f.path):
		return nil, usageError{fmt.Errorf("%s exists; give another folder with -o, or --force to replace it", f.path)}
	case !replace:
		f.path = nextFree(f.path)
	}
	parent, base := filepath.Split(f.path)
	parent = filepath.Clean(parent)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, usageError{err}
	}
	clean(parent)
	for range tries {
		if f.making, err = os.MkdirTemp(parent, "."+base+making+"*"); err != nil {
			return nil, usageError{err}
		}
		// Until it is locked another process may take it for one that was left behind.
		if f.held, err = os.Open(f.making); err == nil && lock(f.held) && exists(f.making) {
			return f, nil
		}
		f.drop()
	}
	return nil, fmt.Errorf("no folder could be made beside %s", f.path)
}

// placeOf is a path by which a folder can be moved: not one that ends in a dot, and
// not a link, whose target is meant.
func placeOf(path string) (string, error) {
	path = filepath.Clean(path)
	if base := filepath.Base(path); base == "." || base == ".." {
		return filepath.Abs(path)
	}
	if st, err := os.Lstat(path); err == nil && st.Mode()&os.ModeSymlink != 0 {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			return filepath.Abs(target)
		}
		return "", fmt.Errorf("%s is a link to nothing; give another folder with -o", path)
	}
	return path, nil
}

// tries are enough for what can only go wrong in the moment between two calls.
const tries = 10

// nextFree is a path or, where something stands there, the path with the next
// free number.
func nextFree(path string) string {
	free := path
	for n := 2; exists(free); n++ {
		free = fmt.Sprintf("%s-%d", path, n)
	}
	return free
}

// clean takes away what earlier processes that were killed left half-made in a
// folder of results: only what no living process has, and only files that a run
// writes.
func clean(parent string) {
	entries, err := os.ReadDir(parent)
	if err != nil || !locksFolders {
		return
	}
	for _, e := range entries {
		if !e.IsDir() || !anyMaking.MatchString(e.Name()) {
			continue
		}
		left := filepath.Join(parent, e.Name())
		if f, err := os.Open(left); err == nil {
			if lock(f) {
				removeFiles(left, runFiles)
				os.Remove(left) // which fails if there is something else in it
			}
			f.Close()
		}
	}
}

// cleanFiles takes away files that killed processes left half-made in a folder.
func cleanFiles(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil || !locksFolders {
		return
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || !anyMaking.MatchString(e.Name()) {
			continue
		}
		left := filepath.Join(dir, e.Name())
		if f, err := os.Open(left); err == nil {
			if lock(f) {
				os.Remove(left)
			}
			f.Close()
		}
	}
}

// removeFiles takes away the files of a folder that have one of the names, and
// what a killed process left of them half-made.
func removeFiles(dir string, names []string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		ours := slices.ContainsFunc(names, func(name string) bool { return e.Name() == name || isMaking(e.Name(), name) })
		if ours && !e.IsDir() {
			err = errors.Join(err, os.Remove(filepath.Join(dir, e.Name())))
		}
	}
	return err
}

// looksLikeResults keeps --force from touching other folders.
func looksLikeResults(path string) bool {
	entries, err := os.ReadDir(path)
	if err != nil || len(entries) == 0 {
		return err == nil
	}
	text, err := bounded.ReadFile(disk{}, filepath.Join(path, record.SummaryFile), reports.MaxFile)
	var says struct{ Scenario, Ended *string }
	return err == nil && json.Unmarshal(text, &says) == nil && says.Scenario != nil && says.Ended != nil
}

// create makes a file in the folder.
func (f *folder) create(name string) (io.WriteCloser, error) {
	return os.Create(filepath.Join(f.making, name))
}

// keep moves the folder to its place. If that was taken while the run went on, it
// takes the next free name: what is finished is not thrown away. If it fails, what
// was made is still in the folder that the error names.
func (f *folder) keep() error {
	defer f.release()
	old, err := f.move()
	if err != nil {
		return fmt.Errorf("the finished results are in %s, and could not be moved to %s: %w", f.making, f.path, err)
	}
	if old == "" {
		return nil
	}
	if err := f.takeOver(old); err != nil {
		return fmt.Errorf("the results are in %s; what else was there is in %s: %w", f.path, old, err)
	}
	return nil
}

// move moves the folder to its place. What it replaces is moved aside.
func (f *folder) move() (old string, err error) {
	if err := os.Chmod(f.making, 0o755); err != nil {
		return "", err
	}
	if !locksFolders {
		f.release() // there an open folder cannot be moved
	}
	if f.replace && exists(f.path) {
		old = nextFree(f.path + "-old")
		if err := os.Rename(f.path, old); err != nil {
			return "", err
		}
	}
	wanted := f.path
	for n := 0; ; n++ {
		if !exists(f.path) { // a rename would replace an empty folder, or a file
			err := os.Rename(f.making, f.path)
			if err == nil {
				return old, nil
			}
			if n == tries || !errors.Is(err, fs.ErrExist) && !exists(f.path) {
				return old, err
			}
		}
		f.path = nextFree(wanted)
	}
}

// takeOver brings along what else is in the folder that was replaced, and then takes
// away the results that were there. What cannot be brought along stays where it is.
func (f *folder) takeOver(old string) error {
	entries, err := os.ReadDir(old)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if ours := slices.Contains(runFiles, e.Name()) && !e.IsDir(); ours || exists(filepath.Join(f.path, e.Name())) {
			continue
		}
		if err := os.Rename(filepath.Join(old, e.Name()), filepath.Join(f.path, e.Name())); err != nil {
			return err
		}
	}
	if err := removeFiles(old, runFiles); err != nil {
		return err
	}
	os.Remove(old) // which fails if something has stayed
	return nil
}

// drop removes what has been made; nothing is left.
func (f *folder) drop() {
	os.RemoveAll(f.making)
	f.release()
}

func (f *folder) release() {
	if f.held != nil {
		f.held.Close()
		f.held = nil
	}
}
