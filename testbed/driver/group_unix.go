//go:build unix && !linux

package driver

import "syscall"

// ownGroup puts a process into a group of its own, which is signalled as a whole.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
