package results

import (
	"os"

	"golang.org/x/sys/windows"
)

// lock locks an open file until it is closed. It reports whether it could: it fails if
// another process holds the lock. Windows lets no other process read a locked range, so
// the lock is on one byte far beyond the end of the file.
func lock(f *os.File) bool {
	at := windows.Overlapped{OffsetHigh: 1 << 30}
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	return windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &at) == nil
}

// locksFolders reports whether lock works on folders.
const locksFolders = false
