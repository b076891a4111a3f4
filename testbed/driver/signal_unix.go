//go:build unix

package driver

import (
	"os"
	"syscall"
)

// signalGroup asks the group of a process to end, or kills it.
func signalGroup(p *os.Process, kill bool) {
	s := syscall.SIGTERM
	if kill {
		s = syscall.SIGKILL
	}
	syscall.Kill(-p.Pid, s) // it may have ended
}
