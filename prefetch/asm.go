//go:build amd64 || arm64

package prefetch

import "unsafe"

// line fetches the line of p.
//
//go:noescape
func line(p unsafe.Pointer)

// all fetches the lines of n addresses, at least one.
//
//go:noescape
func all(at *uintptr, n uint)

// lines fetches n lines from p on, at least one.
//
//go:noescape
func lines(p unsafe.Pointer, n uintptr)
