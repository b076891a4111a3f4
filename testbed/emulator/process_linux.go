package emulator

import (
	"fmt"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// childAttributes has the process killed when this one ends, and kept from the signals of its
// terminal: Ctrl-C ends the clients first.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// duplicate returns a file of a descriptor, which a process can inherit.
func duplicate(fd int) (*os.File, error) {
	other, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("emulator: descriptor %d: %w", fd, err)
	}
	return os.NewFile(uintptr(other), "tun"), nil
}

// setNonblocking undoes what os/exec does to an inherited file.
func setNonblocking(fd int) error {
	unix.CloseOnExec(fd)
	return unix.SetNonblock(fd, true)
}
