package live

import (
	"testing"

	"pgregory.net/rapid"
)

// No more slots are granted than there are, and when every torrent's choker has run twice, a torrent has
// what it wants or at least as many as any other, but for the remainder.
func TestSlotsAreDividedFairly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &slots{total: rapid.IntRange(1, 20).Draw(t, "total")}
		var uses []*slotUse
		for range rapid.IntRange(1, 6).Draw(t, "torrents") {
			uses = append(uses, s.join())
		}
		granted := func() (sum int) {
			for _, u := range uses {
				sum += u.granted
			}
			return sum
		}
		for range rapid.IntRange(0, 20).Draw(t, "rounds") {
			s.grant(rapid.SampledFrom(uses).Draw(t, "torrent"), rapid.IntRange(0, 10).Draw(t, "wanted"))
			if granted() > s.total {
				t.Fatalf("%d of %d slots are granted", granted(), s.total)
			}
		}
		wanted := 0
		for range 2 {
			wanted = 0
			for _, u := range uses {
				s.grant(u, u.wanted)
				wanted += u.wanted
			}
		}
		if granted() != min(wanted, s.total) {
			t.Errorf("%d of %d slots are granted; %d are wanted", granted(), s.total, wanted)
		}
		for _, u := range uses {
			for _, other := range uses {
				if u.granted < u.wanted && u.granted+len(uses) < other.granted {
					t.Errorf("a torrent has %d of %d slots, and another %d", u.granted, u.wanted, other.granted)
				}
			}
		}
		s.leave(uses[0])
	})
}
