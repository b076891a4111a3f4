package playground

import (
	"bytes"
	"io"
	"io/fs"
	"time"
)

// memory holds the files of a record.
type memory map[string]*bytes.Buffer

// create is the record.Create of memory.
func (m memory) create(name string) (io.WriteCloser, error) {
	b := &bytes.Buffer{}
	m[name] = b
	return closer{b}, nil
}

func (m memory) bytes() map[string][]byte {
	out := map[string][]byte{}
	for name, b := range m {
		out[name] = b.Bytes()
	}
	return out
}

// Open makes memory an fs.FS.
func (m memory) Open(name string) (fs.File, error) {
	b, ok := m[name]
	if !ok {
		return noFiles{}.Open(name)
	}
	return &openFile{Reader: bytes.NewReader(b.Bytes()), name: name}, nil
}

// openFile is an open file of memory, and its own fs.FileInfo.
type openFile struct {
	*bytes.Reader
	name string
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *openFile) Close() error               { return nil }
func (f *openFile) Name() string               { return f.name }
func (f *openFile) Mode() fs.FileMode          { return 0o444 }
func (f *openFile) ModTime() time.Time         { return time.Time{} }
func (f *openFile) IsDir() bool                { return false }
func (f *openFile) Sys() any                   { return nil }

type closer struct{ io.Writer }

func (closer) Close() error { return nil }

// noFiles is a file system without files: a page has none.
type noFiles struct{}

// Open returns an error.
func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}
