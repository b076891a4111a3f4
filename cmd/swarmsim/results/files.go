package results

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"swarmsim/sim/record"
)

// OS is the file system by the operating system's own paths: absolute ones, any
// separator and any encoding, none of which os.DirFS accepts.
var OS fs.FS = osFiles{}

type osFiles struct{}

func (osFiles) Open(name string) (fs.File, error)          { return os.Open(name) }
func (osFiles) Stat(name string) (fs.FileInfo, error)      { return os.Stat(name) }
func (osFiles) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(name) }
func (osFiles) ReadLink(name string) (string, error)       { return os.Readlink(name) }
func (osFiles) Lstat(name string) (fs.FileInfo, error)     { return os.Lstat(name) }

// Files returns the files of a folder.
func Files(dir string) fs.FS { return folderFiles{dir: dir} }

type folderFiles struct {
	osFiles
	dir string
}

func (f folderFiles) Open(name string) (fs.File, error) {
	return f.osFiles.Open(filepath.Join(f.dir, name))
}

func (f folderFiles) Stat(name string) (fs.FileInfo, error) {
	return f.osFiles.Stat(filepath.Join(f.dir, name))
}

// Exists reports whether there is a file, a folder or a link at path.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// Atomic creates the files of a folder that other programs may read at the same time:
// each is written under a temporary name and renamed when it is closed, so readers
// never see a partial file. A link is replaced, not written through.
func Atomic(dir string) record.Create {
	return func(name string) (io.WriteCloser, error) {
		path := filepath.Join(dir, name)
		if st, err := os.Lstat(path); err == nil && st.IsDir() {
			return nil, RefusedError{fmt.Errorf("cannot write the file %s: there is a folder of that name; move it away", path)}
		}
		f, err := os.CreateTemp(dir, "."+name+temporaryMark+"*")
		if err != nil {
			return nil, err
		}
		lock(f) // until it is closed, so that removeTemporary leaves it alone
		return &atomicFile{File: f, path: path}, nil
	}
}

// atomicFile is a file under its temporary name.
type atomicFile struct {
	*os.File
	path   string // the final one
	failed bool   // a write failed
}

func (a *atomicFile) Write(p []byte) (int, error) {
	n, err := a.File.Write(p)
	a.failed = a.failed || err != nil
	return n, err
}

// Close renames the file to its final name, or removes it if any write failed.
func (a *atomicFile) Close() error {
	err := a.File.Close()
	if err == nil && !a.failed {
		if err = os.Chmod(a.Name(), 0o644); err == nil {
			err = os.Rename(a.Name(), a.path)
		}
	}
	if err != nil || a.failed {
		os.Remove(a.Name())
	}
	return err
}
