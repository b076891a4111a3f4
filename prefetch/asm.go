//go:build amd64 || arm64

package prefetch

import "unsafe"

// line asks for the line of p.
//
//go:noescape
func line(p unsafe.Pointer)

// four asks for the lines of four.
//
//go:noescape
func four(a, b, c, d unsafe.Pointer)

// lines asks for n lines from p on, at least one.
//
//go:noescape
func lines(p unsafe.Pointer, n uintptr)
