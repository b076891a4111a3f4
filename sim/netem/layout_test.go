package netem

import (
	"testing"
	"unsafe"

	"swarmsim/sim/engine"
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
		"a connection": unsafe.Sizeof(conn{}),
		"a message":    unsafe.Sizeof(node{}),
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
	h := Host{flows: []*flows{{}}}
	sink = &h
	var f flow
	if size := unsafe.Sizeof(f); size%64 != 0 {
		t.Errorf("a flow takes %d bytes, no whole cache lines", size)
	}
	if first := unsafe.Offsetof(f.sent); first != 64 {
		t.Errorf("lone messages touch %d bytes of a flow, no cache line", first)
	}
	if at := uintptr(unsafe.Pointer(&h.flows[0].f)); at%64 != 0 {
		t.Errorf("flows begin %d bytes into a cache line", at%64)
	}
	if end := unsafe.Offsetof(f.cubic) + unsafe.Sizeof(f.cubic); end > hotFlow*64 {
		t.Errorf("of a flow %d bytes are hot, more than %d lines", end, hotFlow)
	}
	const word = 8 // the allocator puts one before a host
	if end := word + unsafe.Offsetof(h.Traffic) + unsafe.Offsetof(h.Traffic.StreamLost); end > hotLines*64 {
		t.Errorf("of a host %d bytes are hot, more than %d lines", end, hotLines)
	}
	if at := word + unsafe.Offsetof(room{}.line); at%64 != 0 {
		t.Errorf("what stands beside a host begins %d bytes into a cache line", at%64)
	}
	sink = newRoom()
	if at := uintptr(unsafe.Pointer(&sink.conns[:1][0])); at%64 != 0 {
		t.Errorf("connections begin %d bytes into a cache line", at%64)
	}
	if size := unsafe.Offsetof(h.dials) - unsafe.Offsetof(h.timers); size > (hotQueue-1)*64+8 {
		t.Errorf("timers and queue take %d bytes, more than %d lines wherever they begin", size, hotQueue)
	}
}
