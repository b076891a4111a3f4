package prefetch

import "testing"

// A hint touches nothing and fails on nothing, not even at the end of memory
// that is ours.
func TestHintsAreHarmless(t *testing.T) {
	var big [1000]int
	big[999] = 7
	Value(&big)
	Start(&big[999], 4)
	Part(&big, 8*900, 14)
	Line(&big[0])
	Four(&big[0], &big, &big[999], &big[9])
	if big[999] != 7 {
		t.Error("a hint changed memory")
	}
}
