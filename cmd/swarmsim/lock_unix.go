//go:build unix

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

// locks reports whether lock means anything on this system.
const locks = true
