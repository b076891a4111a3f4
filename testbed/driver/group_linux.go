package driver

import "syscall"

// ownGroup puts a process into a group of its own, which is signalled as a whole, and has it
// killed when the thread that started it ends, so that no client survives a killed test.
func ownGroup() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
