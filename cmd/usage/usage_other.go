//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package usage

import "time"

var begun = time.Now()

// CPU is the time since the process began: the system does not say how much of that
// the processor worked for it.
func CPU() time.Duration { return time.Since(begun) }

// PeakRSS is the most memory the process has had, in bytes.
func PeakRSS() int64 { return held() }
