package storage

import "fmt"

// Error is a failure of the disk or the file system.
type Error struct {
	Op   string // what failed: "read", "write", "open", "create", ...
	File string // the file's path in the download folder
	Err  error
}

func (e *Error) Error() string { return fmt.Sprintf("%s %q: %v", e.Op, e.File, e.Err) }

// Unwrap returns the cause, such as syscall.ENOSPC.
func (e *Error) Unwrap() error { return e.Err }
