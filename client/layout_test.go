package client

import (
	"testing"
	"unsafe"

	"swarmsim/client/pieces"
	"swarmsim/slab"
)

// What any message touches of a peer lies in the cache lines that are prefetched for it: those at
// its beginning, and the one in which its counters end and its configuration begins. What is
// touched together of a connection shares a line.
func TestHotLines(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the lines are laid out for words of 8 bytes; with others a run is slower, and the same otherwise")
	}
	const line, word = slab.Line, 8
	const ofMostRules = 40 // bytes of a backlog.Pace
	var p Peer
	if end := unsafe.Offsetof(p.pieces) + pieces.HotBytes; end > hotLines*line {
		t.Errorf("%d bytes of a peer are hot, more than %d lines", end, hotLines)
	}
	first, end := unsafe.Offsetof(p.counters)+unsafe.Offsetof(p.counters.BlocksSent), unsafe.Offsetof(p.cfg)+unsafe.Offsetof(p.cfg.Picker)
	if first/line != (end-1)/line {
		t.Errorf("what blocks touch of the counters and the configuration straddles two lines: %d to %d", first, end)
	}
	var c conn
	if size := unsafe.Sizeof(c); size%line != 0 {
		t.Errorf("a connection takes %d bytes, no whole cache lines", size)
	}
	for what, x := range map[string]struct{ at, line uintptr }{
		"what serving touches":        {unsafe.Offsetof(c.uploads), uploadLines - 1},
		"what requesting touches":     {unsafe.Offsetof(c.requests), requestLines - 1},
		"what a round reads besides":  {unsafe.Offsetof(c.key), requestLines},
		"what few backlog rules read": {unsafe.Offsetof(c.pace) + ofMostRules, requestLines + 1},
	} {
		if x.at+word != x.line*line { // the allocator puts a word before slices of connections
			t.Errorf("of a connection, %s begins after %d bytes, not %d", what, x.at+word, x.line*line)
		}
	}
	for what, at := range map[string]uintptr{
		"the pieces": unsafe.Offsetof(peerStorage{}.pieces), "the requests": unsafe.Offsetof(peerStorage{}.requests),
		"the uploads": unsafe.Offsetof(peerStorage{}.uploads), "the connections": unsafe.Offsetof(peerStorage{}.conns) - word,
	} {
		if at%line != 0 {
			t.Errorf("in the storage of a peer, %s begin %d bytes into a cache line", what, at%line)
		}
	}
}
