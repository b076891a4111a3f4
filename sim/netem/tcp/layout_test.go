package tcp

import (
	"testing"
	"unsafe"

	"swarmsim/slab"
)

// What most events touch of a flow and of a layer lies in the lines that are prefetched for it.
func TestHotLines(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the layout is for words of 8 bytes; with others only speed differs")
	}
	var f flow
	if size := unsafe.Sizeof(f); size%slab.Line != 0 {
		t.Errorf("a flow takes %d bytes, no whole cache lines", size)
	}
	if first := unsafe.Offsetof(f.unacked); first != slab.Line {
		t.Errorf("small messages touch %d bytes of a flow, no cache line", first)
	}
	if end := unsafe.Offsetof(f.cubic) + unsafe.Sizeof(f.cubic); end > hotFlowLines*slab.Line {
		t.Errorf("of a flow %d bytes are hot, more than %d lines", end, hotFlowLines)
	}
	var l Layer
	if end := unsafe.Offsetof(l.smallLossless); end > HotLines*slab.Line {
		t.Errorf("of a layer %d bytes are hot, more than %d lines", end, HotLines)
	}
}
