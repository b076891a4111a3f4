//go:build unix

package storage

import "syscall"

func makePipe(name string) error { return syscall.Mkfifo(name, 0o666) }
