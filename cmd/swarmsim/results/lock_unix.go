//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package results

import (
	"os"
	"syscall"
)

// lock locks an open file or folder until it is closed. It reports whether it could: it
// fails if another process holds the lock.
func lock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// locksFolders reports whether lock works on folders.
const locksFolders = true
