package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

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
	f := &folder{path: filepath.Clean(path), replace: replace}
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
	clean(parent, base)
	making, err := os.MkdirTemp(parent, "."+base+making+"*")
	if err != nil {
		return nil, usageError{err}
	}
	f.making = making
	if f.held, err = os.Open(making); err == nil {
		lock(f.held) // as long as this process lives
	}
	return f, nil
}

// nextFree is a path or, where something stands there, the path with the next
// free number.
func nextFree(path string) string {
	free := path
	for n := 2; exists(free); n++ {
		free = fmt.Sprintf("%s-%d", path, n)
	}
	return free
}

// clean takes away what earlier processes that were killed left half-made beside
// a place: only what no living process has, and only files that a run writes.
func clean(parent, base string) {
	entries, err := os.ReadDir(parent)
	if err != nil || !locksFolders {
		return
	}
	for _, e := range entries {
		if !e.IsDir() || !isMaking(e.Name(), base) {
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
	return err == nil && (len(entries) == 0 || exists(filepath.Join(path, record.SummaryFile)))
}

// create makes a file in the folder.
func (f *folder) create(name string) (io.WriteCloser, error) {
	return os.Create(filepath.Join(f.making, name))
}

// keep moves the folder to its place. If that was taken while the run went on,
// it takes the next free name: what is finished is not thrown away.
func (f *folder) keep() error {
	f.release()
	if err := os.Chmod(f.making, 0o755); err != nil {
		return err
	}
	if f.replace && exists(f.path) {
		if err := f.takeOver(); err != nil {
			return err
		}
	}
	wanted := f.path
	for {
		if !exists(f.path) { // a rename would replace an empty folder, or a file
			err := os.Rename(f.making, f.path)
			if err == nil || !errors.Is(err, fs.ErrExist) && !exists(f.path) {
				return err
			}
		}
		f.path = nextFree(wanted)
	}
}

// takeOver makes room at the folder's place: the results that stand there go, and
// what else is in their folder comes along.
func (f *folder) takeOver() error {
	if err := removeFiles(f.path, runFiles); err != nil {
		return err
	}
	entries, err := os.ReadDir(f.path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.Rename(filepath.Join(f.path, e.Name()), filepath.Join(f.making, e.Name())); err != nil {
			return err
		}
	}
	return os.Remove(f.path)
}

// drop removes what has been made; nothing is left.
func (f *folder) drop() {
	f.release()
	os.RemoveAll(f.making)
}

func (f *folder) release() {
	if f.held != nil {
		f.held.Close()
		f.held = nil
	}
}
