package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// lock keeps other processes from an open file until it is closed. It reports
// whether nobody else has it. Nobody may read or write what is locked here, and so
// it is a byte far behind the file's end: what stands before it can still be looked
// at.
func lock(f *os.File) bool {
	at := windows.Overlapped{OffsetHigh: 1 << 30}
	return windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at) == nil
}

// locksFolders reports whether lock keeps anybody from a folder on this system.
const locksFolders = false
