//go:build !linux

package usage

// Memory is how much memory the process can have, in bytes; 0 where it cannot be
// told, as here.
func Memory() int64 { return 0 }
