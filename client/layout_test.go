package client

import (
	"testing"
	"unsafe"
)

// What any message touches of a peer lies in the lines that are fetched for it:
// those up to when it wants a tick, and the one in which its counters
// end and its configuration begins.
func TestHotLines(t *testing.T) {
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the lines are laid out for words of 8 bytes; with others a run is slower, and no other")
	}
	const line, word = 64, 8 // the allocator puts a word before a peer
	const ofMostRules = 40   // bytes of a backlog.Pace
	var p Peer
	if end := word + unsafe.Offsetof(p.announce) + unsafe.Offsetof(p.announce.next) + word; end > hotLines*line {
		t.Errorf("of a peer %d bytes are hot, more than %d lines", end, hotLines)
	}
	first, end := unsafe.Offsetof(p.counters)+unsafe.Offsetof(p.counters.BlocksSent), unsafe.Offsetof(p.cfg)+unsafe.Offsetof(p.cfg.Picker)
	if (first+word)/line != (end+word-1)/line {
		t.Errorf("what blocks touch of the counters and the configuration straddles two lines: %d to %d", first, end)
	}
	var c conn
	if size := unsafe.Sizeof(c); size%line != 0 {
		t.Errorf("a neighbour takes %d bytes, no whole cache lines", size)
	}
	for what, x := range map[string]struct{ at, line uintptr }{
		"what serving it touches":     {unsafe.Offsetof(c.peerRequests), servedLines - 1},
		"what asking it touches":      {unsafe.Offsetof(c.requests), askedLines - 1},
		"what a round reads besides":  {unsafe.Offsetof(c.key), roundLines - 1},
		"what few backlog rules read": {unsafe.Offsetof(c.pace) + ofMostRules, roundLines},
	} {
		if x.at+word != x.line*line {
			t.Errorf("of a neighbour, %s begins after %d bytes, not %d", what, x.at+word, x.line*line)
		}
	}
	for what, at := range map[string]uintptr{
		"bitsets": unsafe.Offsetof(peerStorage{}.bits), "pieces": unsafe.Offsetof(peerStorage{}.pieces), "lists of blocks": unsafe.Offsetof(peerStorage{}.blocks),
		"lists of asks": unsafe.Offsetof(peerStorage{}.asks), "neighbours' bitsets": unsafe.Offsetof(peerStorage{}.theirs), "neighbours": unsafe.Offsetof(peerStorage{}.conns) - word,
	} {
		if (word+at)%line != 0 {
			t.Errorf("in a peer's room, %s begin %d bytes into a cache line", what, (word+at)%line)
		}
	}
	if at := unsafe.Offsetof(activePiece{}.inlineSenders); at != line {
		t.Errorf("a request touches %d bytes of a piece, no cache line", at)
	}
	if size, at := unsafe.Sizeof(activePiece{}), word+unsafe.Offsetof(pieceSlab{}.of); size%line != 0 || at%line != 0 {
		t.Errorf("pieces of %d bytes from byte %d on are no whole cache lines", size, at)
	}
}
