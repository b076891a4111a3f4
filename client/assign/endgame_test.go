package assign

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// newEndGame returns a leecher that has requested every block of a torrent from neighbours 0 and 1,
// eight and seven, and has received none. Neighbour 2 has all pieces and no requests.
func newEndGame(t *testing.T, ending string) *leecher {
	l := newLeecher(4, Rules().NewDefault("strict"), EndGames().NewDefault(ending), 1)
	for slot := range 3 {
		l.join(slot, 1, rand.New(rand.NewPCG(1, 1)))
	}
	for i := range 15 {
		if _, ok := l.request(i/8, 1); !ok {
			t.Fatalf("there is nothing to request from %d after %d blocks", i/8, i)
		}
	}
	if l.table.WantedCount() > 0 || l.table.OpenBlocks() > 0 {
		t.Fatalf("%d pieces and %d blocks are not requested", l.table.WantedCount(), l.table.OpenBlocks())
	}
	return l
}

// requestAll requests blocks from a neighbour until there are none for it.
func (l *leecher) requestAll(slot, want int) (n int) {
	for {
		if _, ok := l.request(slot, want); !ok {
			return n
		}
		n++
	}
}

// requesters returns the number of blocks by how many neighbours are asked for them.
func (l *leecher) requesters() map[int]int {
	out := map[int]int{}
	for _, e := range l.table.Active() {
		for i := range e.Piece.Blocks() {
			out[e.Piece.Requesters(i)]++
		}
	}
	return out
}

// broadcast asks a third neighbour for every block, and each other for all blocks that it is not
// asked for: every neighbour for all missing blocks (mainline 4.x, Downloader.py: endgame).
func TestBroadcastAsksAllForAll(t *testing.T) {
	l := newEndGame(t, "broadcast")
	for slot, want := range []int{7, 8, 15} {
		if n := l.requestAll(slot, 1); n != want {
			t.Errorf("%d more requests to neighbour %d, want %d", n, slot, want)
		}
	}
	if got := fmt.Sprint(l.requesters()); got != "map[3:15]" {
		t.Errorf("blocks by requesters: %s", got)
	}
}

// broadcast asks for the blocks in random order.
func TestBroadcastIsRandom(t *testing.T) {
	l := newEndGame(t, "broadcast")
	l.requestAll(2, 1)
	if all := l.state[2].requests.All(); slices.IsSorted(all) {
		t.Errorf("requested in the order of the content: %v", all)
	}
}

// max-two asks a second neighbour for a block, never a third, and only a neighbour that reaches the
// average backlog of the moment when the end game began (Transmission, peer-mgr.c:
// testForEndgame, tr_peerMgrGetNextRequests).
func TestMaxTwo(t *testing.T) {
	l := newEndGame(t, "max-two")
	if n := l.requestAll(2, 6); n != 0 { // the average is 7: 15 blocks of two neighbours
		t.Errorf("%d requests to a neighbour with a backlog below the average", n)
	}
	if n := l.requestAll(2, 7); n != 15 {
		t.Errorf("%d requests to a neighbour with the average backlog, want all 15 blocks", n)
	}
	for slot := range 2 {
		if n := l.requestAll(slot, 7); n != 0 {
			t.Errorf("%d blocks are requested from three neighbours", n)
		}
	}
	if got := fmt.Sprint(l.requesters()); got != "map[2:15]" {
		t.Errorf("blocks by requesters: %s", got)
	}
}

// No end game requests a block twice while the neighbour could send one that is not requested.
func TestEndGamesBeginWhenAllIsRequested(t *testing.T) {
	for _, ending := range EndGames() {
		l := newLeecher(4, Rules().NewDefault("strict"), ending.NewDefault(), 1)
		for slot := range 2 {
			l.join(slot, 1, rand.New(rand.NewPCG(1, 1)))
		}
		for i := range 15 {
			l.request(i%2, 5)
			if n := l.requesters()[2]; n > 0 {
				t.Fatalf("%s: after %d requests, %d blocks are requested twice", ending.Name, i+1, n)
			}
		}
	}
}
