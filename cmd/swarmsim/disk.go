package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"swarmsim/sim/record"
)

// disk is the system's files by their own paths: absolute, with any separator
// and in any encoding, which os.DirFS does not take.
type disk struct{}

func (disk) Open(name string) (fs.File, error)          { return os.Open(name) }
func (disk) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }
func (disk) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }

// resultsFolder is a results folder's files.
func resultsFolder(path string) fs.FS { return inFolder{disk{}, path} }

// inFolder is a folder's files.
type inFolder struct {
	disk
	path string
}

func (f inFolder) Open(name string) (fs.File, error) { return f.disk.Open(filepath.Join(f.path, name)) }
func (f inFolder) Stat(name string) (fs.FileInfo, error) {
	return f.disk.Stat(filepath.Join(f.path, name))
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// making marks what is being written: it stands beside its place under another
// name until it is whole.
const making = ".making-"

// replacing makes the files of a folder that others may look at: each is written
// beside its place and moved there when it is whole. What stands there is never
// half-written, and where it is a link the link is replaced, not what it points
// to.
func replacing(dir string) record.Create {
	return func(name string) (io.WriteCloser, error) {
		path := filepath.Join(dir, name)
		if st, err := os.Lstat(path); err == nil && st.IsDir() {
			return nil, usageError{fmt.Errorf("%s is a folder, where a file is to be written; move it away", path)}
		}
		f, err := os.CreateTemp(dir, "."+name+making+"*")
		if err != nil {
			return nil, err
		}
		lock(f) // as long as it is being written
		return &replacement{File: f, path: path}, nil
	}
}

// replacement is a file in the making.
type replacement struct {
	*os.File
	path   string
	failed bool
}

func (r *replacement) Write(p []byte) (int, error) {
	n, err := r.File.Write(p)
	r.failed = r.failed || err != nil
	return n, err
}

// Close moves the file to its place, or takes it away if it is not whole.
func (r *replacement) Close() error {
	err := r.File.Close()
	if err == nil && !r.failed {
		if err = os.Chmod(r.Name(), 0o644); err == nil {
			err = os.Rename(r.Name(), r.path)
		}
	}
	if err != nil || r.failed {
		os.Remove(r.Name())
	}
	return err
}

// anyMaking is what is called as something that is being written.
var anyMaking = regexp.MustCompile(`^\..+\` + making + `[0-9]+$`)

// isMaking reports whether something is called as what is being written under a
// name, by any process.
func isMaking(entry, name string) bool {
	number, ok := strings.CutPrefix(entry, "."+name+making)
	return ok && number != "" && strings.Trim(number, "0123456789") == ""
}
