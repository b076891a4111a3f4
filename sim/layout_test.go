package sim

import (
	"testing"
	"unsafe"
)

// The fields of a node that any message touches fit the one cache line that is prefetched for it.
// The allocator aligns objects of a node's size to 64 bytes, so that they are in one line.
func TestNodeHotFieldsShareALine(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the layout is for words of 8 bytes; with others a run is slower, with the same results")
	}
	const line = 64
	var n node
	if end := unsafe.Offsetof(n.announce) + unsafe.Offsetof(n.announce.deadline) + unsafe.Sizeof(n.announce.deadline); end > line {
		t.Errorf("the hot fields of a node take %d bytes, more than a line", end)
	}
	for range 64 { // of a size class that is not aligned, only some begin with a line
		allocated = &node{}
		if at := uintptr(unsafe.Pointer(allocated)); at%line != 0 {
			t.Fatalf("a node of %d bytes begins %d bytes into a cache line", unsafe.Sizeof(n), at%line)
		}
	}
}

// allocated makes the node escape to the heap.
var allocated *node
