// Package usage reads what the process has cost so far: CPU time and memory.
// The commands put it beside their results; nothing else may know it.
package usage

import (
	"runtime"
	"syscall"
	"time"
)

// CPU is the processor time of the process, in user and system mode.
func CPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// PeakRSS is the most memory the process has had, in bytes.
func PeakRSS() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	if runtime.GOOS == "linux" { // which counts KiB
		return u.Maxrss << 10
	}
	return u.Maxrss
}
