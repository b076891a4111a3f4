//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"os"
	"syscall"
)

// lock keeps other processes from an open file or folder until it is closed. It
// reports whether nobody else has it.
func lock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}

// locksFolders reports whether lock keeps anybody from a folder on this system.
const locksFolders = true
