//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package usage

import (
	"runtime"
	"syscall"
	"time"
)

// CPU is the CPU time of the process, in user and system mode.
func CPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// PeakRSS is the process's peak memory in bytes.
func PeakRSS() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	if runtime.GOOS == "darwin" { // in bytes; elsewhere in KiB
		return int64(u.Maxrss)
	}
	return int64(u.Maxrss) << 10 // the field's type depends on the system
}
