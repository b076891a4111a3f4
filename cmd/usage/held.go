//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package usage

import "runtime"

// held is the memory that the Go runtime has requested from the system. It never falls, and stands
// for the process's peak where the system does not provide that.
func held() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}
