package netem

import (
	"testing"
	"unsafe"

	"swarmsim/sim/engine"
	"swarmsim/slab"
)

// What every message touches is a cache line, or divides one: any other size has it
// straddle two, which slows large swarms and shows nowhere else.
func TestWhatMessagesTouchFillsCacheLines(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the lines are laid out for words of 8 bytes; with others a run is slower, and no other")
	}
	const line = 64
	for name, size := range map[string]uintptr{
		"an event":     unsafe.Sizeof(engine.Event[Packet]{}),
		"a connection": unsafe.Sizeof(Conn{}),
		"a message":    unsafe.Sizeof(Node{}),
	} {
		if size > line || line%size != 0 {
			t.Errorf("%s takes %d bytes, which do not divide a cache line of %d", name, size, line)
		}
	}
}

var sink *Host // has what it points to allocated

// What any packet touches of a host lies in the lines that are fetched for it.
func TestHotLines(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the lines are laid out for words of 8 bytes; with others a run is slower, and no other")
	}
	var f flow
	if size := unsafe.Sizeof(f); size%slab.Line != 0 {
		t.Errorf("a flow takes %d bytes, no whole cache lines", size)
	}
	if first := unsafe.Offsetof(f.unacked); first != slab.Line {
		t.Errorf("lone messages touch %d bytes of a flow, no cache line", first)
	}
	if end := unsafe.Offsetof(f.cubic) + unsafe.Sizeof(f.cubic); end > hotFlow*slab.Line {
		t.Errorf("of a flow %d bytes are hot, more than %d lines", end, hotFlow)
	}
	sink = newHost()
	for what, at := range map[string]unsafe.Pointer{
		"a host":            unsafe.Pointer(sink),
		"the uplink's line": unsafe.Pointer(&sink.TxQueue.ring[0]),
		"connections":       unsafe.Pointer(&sink.Conns[:1][0]),
		"nodes":             unsafe.Pointer(&sink.Nodes[0]),
	} {
		if uintptr(at)%slab.Line != 0 {
			t.Errorf("%s: %d bytes into a cache line", what, uintptr(at)%slab.Line)
		}
	}
	if end := unsafe.Offsetof(sink.Traffic) + unsafe.Offsetof(sink.Traffic.StreamLost); end > hotLines*slab.Line {
		t.Errorf("of a host %d bytes are hot, more than %d lines", end, hotLines)
	}
	if size := unsafe.Offsetof(sink.dials) - unsafe.Offsetof(sink.timers); size > (hotQueue-1)*slab.Line+8 {
		t.Errorf("timers and queue take %d bytes, more than %d lines wherever they begin", size, hotQueue)
	}
}
