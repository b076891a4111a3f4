package interop

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// inNamespace marks the environment of a test that runs in its own network namespace.
const inNamespace = "SWARMSIM_INTEROP_NAMESPACE"

// enterNamespace runs the test again in a network namespace of its own. again reports whether it did
// so; code is then the exit code. The error says why it could not.
func enterNamespace() (code int, again bool, err error) {
	if os.Getenv(inNamespace) != "" {
		return 0, false, configureLoopback()
	}
	program, err := os.Executable()
	if err != nil {
		return 0, false, err
	}
	cmd := exec.Command(program, os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), inNamespace+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if os.Getuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
	}
	if err := cmd.Start(); err != nil {
		return 0, false, fmt.Errorf("no network namespace of its own: %w", err)
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 1, true, err
	}
	return cmd.ProcessState.ExitCode(), true, nil
}

// configureLoopback gives the loopback device the address 10.77.0.1/16. All addresses of that prefix
// are then local, as those of 127.0.0.0/8 are, and sockets may be bound to them.
func configureLoopback() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	set := func(device string, request uint, change func(*unix.Ifreq) error) {
		if err != nil {
			return
		}
		r, e := unix.NewIfreq(device)
		if e == nil {
			e = change(r)
		}
		if e == nil {
			e = unix.IoctlIfreq(fd, request, r)
		}
		if e != nil {
			err = fmt.Errorf("loopback device of the namespace: %w", e)
		}
	}
	up := func(r *unix.Ifreq) error { r.SetUint16(unix.IFF_UP | unix.IFF_RUNNING); return nil }
	set("lo", unix.SIOCSIFFLAGS, up)
	set("lo:1", unix.SIOCSIFADDR, func(r *unix.Ifreq) error { return r.SetInet4Addr([]byte{10, 77, 0, 1}) })
	set("lo:1", unix.SIOCSIFNETMASK, func(r *unix.Ifreq) error { return r.SetInet4Addr([]byte{255, 255, 0, 0}) })
	return err
}
