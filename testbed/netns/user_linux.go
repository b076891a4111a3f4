package netns

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// reentered marks the environment of a program that runs in its own user namespace.
const reentered = "SWARMSIM_USER_NAMESPACE"

// EnterUserNamespace runs the program again in a user namespace of its own, in which it is root,
// unless it can make network namespaces already. again reports whether it did so; code is then
// the exit code. The error is an *UnavailableError where user namespaces are not permitted.
func EnterUserNamespace() (code int, again bool, err error) {
	if os.Getenv(reentered) != "" || mayUnshare() {
		return 0, false, nil
	}
	program, err := os.Executable()
	if err != nil {
		return 0, false, err
	}
	cmd := exec.Command(program, os.Args[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), reentered+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
		Pdeathsig:   syscall.SIGTERM,
	}
	if err := cmd.Start(); err != nil {
		if errors.Is(err, unix.EPERM) || errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EINVAL) {
			return 0, false, notPermitted
		}
		return 0, false, fmt.Errorf("cannot run again in a user namespace: %w", err)
	}
	// Ctrl-C reaches both, since they are in one process group; this one waits for the other's end.
	err = cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, true, err
	}
	return max(cmd.ProcessState.ExitCode(), 0), true, nil
}

// mayUnshare reports whether this process may make network namespaces.
func mayUnshare() bool {
	result := make(chan error)
	go func() {
		runtime.LockOSThread() // and the thread ends with the goroutine
		result <- unix.Unshare(unix.CLONE_NEWNET)
	}()
	return <-result == nil
}
