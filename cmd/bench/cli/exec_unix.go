//go:build unix

package cli

import (
	"os/exec"
	"syscall"
)

// endWithChildren makes the end of a command that takes too long the end of its children too.
func endWithChildren(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
