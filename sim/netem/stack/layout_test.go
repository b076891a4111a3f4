package stack

import (
	"testing"
	"unsafe"

	"swarmsim/slab"
)

// What every message touches is a cache line, or divides one: with any other size it would lie on
// two, which slows large swarms and shows nowhere else.
func TestWhatMessagesTouchFillsCacheLines(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the layout is for words of 8 bytes; with others only speed differs")
	}
	for name, size := range map[string]uintptr{
		"a connection": unsafe.Sizeof(Conn{}),
		"a message":    unsafe.Sizeof(Node{}),
	} {
		if size > slab.Line || slab.Line%size != 0 {
			t.Errorf("%s takes %d bytes, which do not divide a cache line of %d", name, size, slab.Line)
		}
	}
}
