package hugepages

import "syscall"

// ask takes so much of the heap, never to touch it, and has it backed by large pages as
// soon as somebody does.
//
//go:noinline
func ask(bytes int64) {
	_ = syscall.Madvise(make([]byte, bytes), syscall.MADV_HUGEPAGE) // a kernel without them says so
}
