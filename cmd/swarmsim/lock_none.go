//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package main

import "os"

// lock does nothing on this system, or nothing that Go's libraries know of.
func lock(*os.File) bool { return true }

// locksFolders reports whether lock keeps anybody from a folder on this system.
const locksFolders = false
