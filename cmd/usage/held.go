//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package usage

import "runtime"

// held is the memory that the Go runtime has got from the system, which never falls:
// what stands for the most that the process had, where the system does not say that.
func held() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}
