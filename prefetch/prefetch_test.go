package prefetch

import "testing"

// A hint touches nothing and fails on nothing, not even at the end of memory
// that is ours.
func TestHintsAreHarmless(t *testing.T) {
	var big [1000]int
	big[999] = 7
	Start(&big[999], 4)
	Line(&big[0])
	var l List
	l.Fetch()
	AddStart(&l, &big[999], 4)
	AddPart(&l, &big, 8*900, 14)
	l.Fetch()
	for i := range 3 * listLines {
		Add(&l, &big[i%len(big)])
	}
	l.Fetch()
	if big[999] != 7 {
		t.Error("a hint changed memory")
	}
}
