package client

import (
	"testing"
	"unsafe"

	"swarmsim/client/pieces"
	"swarmsim/slab"
)

// The fields of a peer that every message reads or writes are in the cache lines that are
// prefetched for it: the first ones, and the one in which its counters end and its configuration
// begins. Fields of a connection that are used together share a line.
func TestHotLines(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the layout is for words of 8 bytes; with others a run is slower and has the same results")
	}
	const line, word = slab.Line, 8
	const ofMostRules = 40 // bytes of a backlog.Pace
	var p Peer
	if end := unsafe.Offsetof(p.pieces) + pieces.HotBytes; end > hotLines*line {
		t.Errorf("%d bytes of a peer are hot, more than %d lines", end, hotLines)
	}
	first := unsafe.Offsetof(p.counters) + unsafe.Offsetof(p.counters.BlocksSent)
	if end := strategiesOffset; first/line != (end-1)/line {
		t.Errorf("the counters and settings that a block uses are in two lines: bytes %d to %d", first, end)
	}
	if end := unsafe.Offsetof(p.cfg) + unsafe.Offsetof(p.cfg.Picker); strategiesOffset/line != (end-1)/line {
		t.Errorf("the strategies that a request uses are in two lines: bytes %d to %d", strategiesOffset, end)
	}
	if viewOffset%line != 0 || pickOffset%line != 0 {
		t.Errorf("what a strategy sees is in the middle of a line: bytes %d and %d", viewOffset, pickOffset)
	}
	var c conn
	if size := unsafe.Sizeof(c); size%line != 0 {
		t.Errorf("a connection takes %d bytes, which are not whole cache lines", size)
	}
	for fields, x := range map[string]struct{ at, line uintptr }{
		"the fields for serving":          {unsafe.Offsetof(c.uploads), uploadLines - 1},
		"the fields for requesting":       {unsafe.Offsetof(c.requests), requestLines - 1},
		"the fields for a choking round":  {unsafe.Offsetof(c.key), requestLines},
		"the fields of few backlog rules": {unsafe.Offsetof(c.pace) + ofMostRules, requestLines + 1},
	} {
		if x.at+word != x.line*line { // the allocator puts a word before slices of connections
			t.Errorf("in a connection, %s begin at byte %d, want %d", fields, x.at+word, x.line*line)
		}
	}
	for fields, at := range map[string]uintptr{
		"the pieces":      unsafe.Offsetof(peerStorage{}.pieces),
		"the requests":    unsafe.Offsetof(peerStorage{}.requests),
		"the uploads":     unsafe.Offsetof(peerStorage{}.uploads),
		"the connections": unsafe.Offsetof(peerStorage{}.conns) - word,
	} {
		if at%line != 0 {
			t.Errorf("in the storage of a peer, %s begin %d bytes into a cache line", fields, at%line)
		}
	}
}

// Two peers are as far apart as their size rounded up to a class of the Go allocator, which append
// reveals. A line is for the allocator's header and what slab.New puts before the value.
func TestPeersDoNotShareCacheSets(t *testing.T) {
	const sets = 64 * slab.Line // the L1 data cache has as many sets, or a multiple
	apart := cap(append([]byte(nil), make([]byte, unsafe.Sizeof(peerStorage{})+slab.Line)...))
	if apart%sets == 0 {
		t.Errorf("two peers are %d bytes apart: their fields share sets of the L1 data cache", apart)
	}
}
