package storage

import (
	"io"
	"io/fs"
	"os"
)

// folder is the download folder. Names have slashes and cannot lead out of it. Tests wrap it to
// inject failures.
type folder interface {
	OpenFile(name string, flag int, perm fs.FileMode) (diskFile, error)
	MkdirAll(name string, perm fs.FileMode) error
	Lstat(name string) (fs.FileInfo, error)
	Stat(name string) (fs.FileInfo, error)
	Symlink(target, name string) error
	Rename(from, to string) error
	Remove(name string) error
	Close() error
}

// diskFile is an open file.
type diskFile interface {
	io.ReaderAt
	io.WriterAt
	// writeVector writes the parts one after the other at an offset; readVector fills them.
	writeVector(parts [][]byte, offset int64) error
	readVector(parts [][]byte, offset int64) error
	// allocate reserves disk space.
	allocate(length int64) error
	// punch makes a range zeros without disk space. It does not make the file longer.
	punch(offset, length int64) error
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
	Sync() error
	Close() error
}

// rootFolder is a folder on disk.
type rootFolder struct{ *os.Root }

// openFolder opens a folder, which it makes if create is set.
func openFolder(name string, create bool) (folder, error) {
	if create {
		if err := os.MkdirAll(name, 0o777); err != nil {
			return nil, err
		}
	}
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, err
	}
	return rootFolder{root}, nil
}

func (r rootFolder) OpenFile(name string, flag int, perm fs.FileMode) (diskFile, error) {
	f, err := r.Root.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// osFile is a file on disk.
type osFile struct{ *os.File }
