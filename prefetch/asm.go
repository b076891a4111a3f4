//go:build amd64 || arm64

package prefetch

import "unsafe"

// lines asks for n lines from p on, at least one.
//
//go:noescape
func lines(p unsafe.Pointer, n uintptr)
