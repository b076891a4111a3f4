// Package bounded reads files whose paths come from users. Whatever a path leads to, reading it
// neither blocks for ever nor exhausts the memory.
//
// A named pipe blocks until another process writes to it, a device has no end, and a sparse file can
// claim any size. The kind and the size of a file are therefore checked before it is read, and
// ReadFile and ReadAll take a limit in bytes.
//
// Packages sim, lab and reports and the commands read through it. The errors name no path, because
// only the callers know how the user has written it.
package bounded

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// ReadFile reads a regular file. A file of more than limit bytes is an error.
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

// ReadAll reads until the end. More than limit bytes are an error.
func ReadAll(r io.Reader, limit int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(text)) > limit {
		return nil, fmt.Errorf("it has more than %s, which is the limit", size(limit))
	}
	return text, err
}

// Open opens a regular file and returns its size in bytes. It follows symbolic links.
func Open(files fs.FS, name string) (fs.File, int64, error) {
	// Before Open, which would block on a named pipe.
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
	now, err := f.Stat() // the file may have been replaced in between
	if err == nil {
		err = regular(now)
	}
	if err != nil {
		return nil, 0, errors.Join(Reason(err), f.Close())
	}
	return f, now.Size(), nil
}

// Reason returns a file error without the operation and the path.
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

// Kind returns the kind of a file that is not a regular file, such as "a folder", and "" for a regular
// file.
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
	return "a special file"
}

func tooLong(n, limit int64) error {
	return fmt.Errorf("it has %s; at most %s are read", size(n), size(limit))
}

// size formats a number of bytes exactly, in the largest unit that divides it.
func size(n int64) string {
	for _, unit := range []struct {
		name  string
		bytes int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}} {
		if n >= unit.bytes && n%unit.bytes == 0 {
			return fmt.Sprintf("%d %s", n/unit.bytes, unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
