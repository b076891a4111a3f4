package hugepages

import "syscall"

// request allocates bytes of heap that it does not touch, and asks for them to be backed by huge
// pages once they are.
//
//go:noinline
func request(bytes int64) {
	_ = syscall.Madvise(make([]byte, bytes), syscall.MADV_HUGEPAGE) // a kernel without them fails
}
