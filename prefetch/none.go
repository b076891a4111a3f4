//go:build !amd64 && !arm64

package prefetch

import "unsafe"

func line(unsafe.Pointer) {}

func four(a, b, c, d unsafe.Pointer) {}

func lines(unsafe.Pointer, uintptr) {}
