//go:build !unix

package driver

import (
	"os"
	"syscall"
)

func ownGroup() *syscall.SysProcAttr { return nil }

// signalGroup kills the process: there is no signal to ask it to end.
func signalGroup(p *os.Process, _ bool) { p.Kill() }
