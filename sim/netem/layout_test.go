package netem

import (
	"testing"
	"unsafe"

	"swarmsim/sim/engine"
	"swarmsim/slab"
)

var sink *Host // makes the host escape to the heap

// What any packet touches of a host lies in the lines that are prefetched for it.
func TestHotLines(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the layout is for words of 8 bytes; with others only speed differs")
	}
	if size := unsafe.Sizeof(engine.Event[Packet]{}); size != slab.Line {
		t.Errorf("an event takes %d bytes, no cache line", size)
	}
	if at := unsafe.Offsetof(tcpStorage{}.layer); at != layerOffset {
		t.Errorf("the layer of TCP is at byte %d, that of ideal at %d", at, layerOffset)
	}
	sink = newHost(Ideal)
	s := &sink.stack
	for what, at := range map[string]unsafe.Pointer{
		"a host":      unsafe.Pointer(sink),
		"TxSchedule":  unsafe.Pointer(&s.TxSchedule.Ring[0]),
		"connections": unsafe.Pointer(&s.Conns[:1][0]),
		"nodes":       unsafe.Pointer(&s.Nodes[0]),
	} {
		if uintptr(at)%slab.Line != 0 {
			t.Errorf("%s: %d bytes into a cache line", what, uintptr(at)%slab.Line)
		}
	}
	end := unsafe.Offsetof(sink.stack) + unsafe.Offsetof(s.Traffic) + unsafe.Offsetof(s.Traffic.StreamLost)
	if end > hotLines*slab.Line {
		t.Errorf("of a host %d bytes are hot, more than %d lines", end, hotLines)
	}
}
