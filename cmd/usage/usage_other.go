//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package usage

import "time"

var started = time.Now()

// CPU is the time since the process started, as the system does not provide its CPU time.
func CPU() time.Duration { return time.Since(started) }

// PeakRSS is the process's peak memory in bytes.
func PeakRSS() int64 { return held() }
