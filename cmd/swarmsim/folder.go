package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// folder is a results folder in the making: it is filled beside its place and
// moved there when it is whole, so that what stands there is never half-written.
type folder struct {
	path    string // where it will be
	making  string // where it is filled
	replace bool
}

// newFolder reserves a place for results. Without a path it takes results/NAME,
// or the next free results/NAME-2 and so on. A folder that exists is refused
// unless it is to be replaced.
func newFolder(path, name string, replace bool) (*folder, error) {
	chosen := path != ""
	path = filepath.Clean(path)
	if !chosen {
		path = filepath.Join("results", name)
	}
	if !replace {
		for n := 2; exists(path); n++ {
			if chosen {
				return nil, usageError{fmt.Errorf("%s exists; give another folder with -o, or --force to replace it", path)}
			}
			path = filepath.Join("results", fmt.Sprintf("%s-%d", name, n))
		}
	} else if exists(path) && !looksLikeResults(path) {
		return nil, usageError{fmt.Errorf("%s exists and is not a results folder; --force replaces only those", path)}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, usageError{err}
	}
	making, err := os.MkdirTemp(filepath.Dir(path), "."+filepath.Base(path)+".making-")
	if err != nil {
		return nil, usageError{err}
	}
	return &folder{path: path, making: making, replace: replace}, nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// looksLikeResults keeps --force from removing somebody's home.
func looksLikeResults(path string) bool {
	entries, err := os.ReadDir(path)
	return err == nil && (len(entries) == 0 || exists(filepath.Join(path, "summary.json")))
}

// create makes a file in the folder.
func (f *folder) create(name string) (io.WriteCloser, error) {
	return os.Create(filepath.Join(f.making, name))
}

// keep moves the folder to its place.
func (f *folder) keep() error {
	if err := os.Chmod(f.making, 0o755); err != nil {
		return err
	}
	if f.replace {
		if err := os.RemoveAll(f.path); err != nil {
			return err
		}
	}
	return os.Rename(f.making, f.path)
}

// drop removes what has been made; nothing is left.
func (f *folder) drop() { os.RemoveAll(f.making) }
