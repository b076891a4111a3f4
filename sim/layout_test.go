package sim

import (
	"testing"
	"unsafe"
)

// What any message touches of a node is the one cache line that is fetched for it, and
// the allocator, which gives it room in steps of 64 bytes at that size, keeps it one.
func TestANodesHotLine(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the lines are laid out for words of 8 bytes; with others a run is slower, and no other")
	}
	const line = 64
	var n node
	if end := unsafe.Offsetof(n.announce) + unsafe.Offsetof(n.announce.deadline) + unsafe.Sizeof(n.announce.deadline); end > line {
		t.Errorf("of a node %d bytes are hot, more than a line", end)
	}
	kept = &node{}
	if at := uintptr(unsafe.Pointer(kept)); at%line != 0 {
		t.Errorf("a node begins %d bytes into a cache line", at%line)
	}
}

var kept *node // has it allocated
