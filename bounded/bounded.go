// Package bounded reads files that come from outside: whatever stands at a path,
// reading it neither waits for ever nor fills the memory.
//
// A named pipe would block until somebody writes to it, a device never ends, and
// a sparse file claims any size. So the kind and the size are looked at before
// anything is read. sim, reports and the commands read through it; the errors name
// no path, because their callers know what the user calls the file.
package bounded

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// ReadFile reads a regular file of at most limit bytes.
func ReadFile(files fs.FS, name string, limit int64) ([]byte, error) {
	f, size, err := Open(files, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > limit {
		return nil, tooLong(size, limit)
	}
	return ReadAll(f, limit)
}

// ReadAll reads at most limit bytes, and fails where there are more.
func ReadAll(r io.Reader, limit int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(text)) > limit {
		return nil, fmt.Errorf("it has more than the %s that are read", size(limit))
	}
	return text, err
}

// Open opens a regular file and returns its size in bytes. What a symbolic link
// points to counts as the file.
func Open(files fs.FS, name string) (fs.File, int64, error) {
	// Stat comes first: opening a pipe waits for its other end.
	before, err := fs.Stat(files, name)
	if err != nil {
		return nil, 0, Reason(err)
	}
	if err := regular(before); err != nil {
		return nil, 0, err
	}
	f, err := files.Open(name)
	if err != nil {
		return nil, 0, Reason(err)
	}
	now, err := f.Stat() // it may have been replaced meanwhile
	if err == nil {
		err = regular(now)
	}
	if err != nil {
		return nil, 0, errors.Join(Reason(err), f.Close())
	}
	return f, now.Size(), nil
}

// Reason is a file error without its operation and path.
func Reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func regular(info fs.FileInfo) error {
	if kind := Kind(info.Mode()); kind != "" {
		return fmt.Errorf("it is %s, not a file", kind)
	}
	return nil
}

// Kind names what is not a regular file, such as "a folder"; "" for one that is.
func Kind(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}

func tooLong(n, limit int64) error {
	return fmt.Errorf("it has %s; at most %s are read", size(n), size(limit))
}

// size writes an amount of bytes for people, exactly.
func size(n int64) string {
	for _, unit := range []struct {
		name string
		of   int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if n >= unit.of && n%unit.of == 0 {
			return fmt.Sprintf("%d %s", n/unit.of, unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
