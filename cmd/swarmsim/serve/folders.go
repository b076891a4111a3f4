package serve

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

// insideFiles are the files of a folder, and nothing outside of it: os.Root follows no link and no
// path that leads out. The errors say so in words.
type insideFiles struct{ fs.FS }

func inside(root *os.Root) fs.FS { return insideFiles{root.FS()} }

func (f insideFiles) check(op, name string) error {
	if fs.ValidPath(name) {
		return nil
	}
	return &fs.PathError{Op: op, Path: name, Err: errors.New("it is outside of the folder that this page may read")}
}

func (f insideFiles) Open(name string) (fs.File, error) {
	if err := f.check("open", name); err != nil {
		return nil, err
	}
	return f.FS.Open(name)
}

func (f insideFiles) Stat(name string) (fs.FileInfo, error) {
	if err := f.check("stat", name); err != nil {
		return nil, err
	}
	return fs.Stat(f.FS, name)
}

func (f insideFiles) Lstat(name string) (fs.FileInfo, error) {
	if err := f.check("lstat", name); err != nil {
		return nil, err
	}
	return fs.Lstat(f.FS, name)
}

func (f insideFiles) ReadLink(name string) (string, error) {
	if err := f.check("readlink", name); err != nil {
		return "", err
	}
	return fs.ReadLink(f.FS, name)
}

func (f insideFiles) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := f.check("readdir", name); err != nil {
		return nil, err
	}
	return fs.ReadDir(f.FS, name)
}

// walkLimit bounds how many entries of a folder and its subfolders are looked at.
const walkLimit = 20_000

var errWalkLimit = errors.New("the folder has too many entries")

// walk calls visit for the entries of a folder and its subfolders, down to a depth. Hidden entries
// and those that cannot be read are left out. complete is false if there are more than walkLimit.
func walk(files fs.FS, depth int, visit func(name string, e fs.DirEntry)) (complete bool) {
	n := 0
	err := fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
		if name == "." {
			return err
		}
		if n++; n > walkLimit {
			return errWalkLimit
		}
		hidden := strings.HasPrefix(path.Base(name), ".")
		switch {
		case e.IsDir() && (err != nil || hidden):
			return fs.SkipDir
		case err != nil || hidden:
			return nil
		}
		visit(name, e)
		if e.IsDir() && strings.Count(name, "/")+1 >= depth {
			return fs.SkipDir
		}
		return nil
	})
	return err == nil
}

// notFound says in words why a path has nothing.
func notFound(what, name string) error { return fmt.Errorf("there is no %s %.200q", what, name) }
