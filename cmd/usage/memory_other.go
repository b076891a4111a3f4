//go:build !linux

package usage

// Memory is the memory that the process can have, in bytes; 0 if unknown, as on this system.
func Memory() int64 { return 0 }
