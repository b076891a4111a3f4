package usage

import (
	"syscall"
	"time"
)

// CPU is the processor time of the process, in user and system mode.
func CPU() time.Duration {
	self, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0
	}
	var created, exited, kernel, user syscall.Filetime
	if err := syscall.GetProcessTimes(self, &created, &exited, &kernel, &user); err != nil {
		return 0
	}
	return length(kernel) + length(user)
}

// length is a time that a Filetime counts in steps of 100 ns.
func length(f syscall.Filetime) time.Duration {
	return time.Duration(int64(f.HighDateTime)<<32|int64(f.LowDateTime)) * 100
}

// PeakRSS is the most memory the process has had, in bytes.
func PeakRSS() int64 { return held() }
