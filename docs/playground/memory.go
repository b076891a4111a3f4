package playground

import (
	"bytes"
	"io"
	"io/fs"
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

type closer struct{ io.Writer }

func (closer) Close() error { return nil }

// noFiles is a file system without files: a page has none.
type noFiles struct{}

// Open returns an error.
func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}
