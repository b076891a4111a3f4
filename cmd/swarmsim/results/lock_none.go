//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package results

import "os"

// lock does nothing: Go's libraries offer no file locks for this system.
func lock(*os.File) bool { return true }

// locksFolders reports whether lock works on folders.
const locksFolders = false
