package client

import (
	"math/rand/v2"
	"testing"
	"time"
)

// BEP 12: the tiers are tried in order, and each tracker of a tier before the next tier. The one that
// answers becomes the first of its tier. When all have failed, the peer pauses.
func TestTrackerTiers(t *testing.T) {
	s := newScript(t, 1, false, func(c *Config) {
		c.Trackers, c.Rand = []int{2, 1}, rand.New(rand.NewPCG(1, 1)) // the second tracker comes first
	})
	fails := func() []string { return append(s.step(Event{Kind: AnnounceFailed}), s.advance(0)...) }
	s.expect(without(s.advance(30*time.Minute), "keep"), "announce  to tracker 1")
	s.expect(fails(), "announce ")
	s.expect(fails(), "announce  to tracker 2")
	s.expect(fails(), "")
	s.expect(s.advance(15*time.Second), "announce  to tracker 1")
	s.expect(fails(), "announce ")
	s.step(Event{Kind: Announced, Reply: &AnnounceReply{Interval: time.Minute, MinInterval: time.Minute}})
	s.expect(s.advance(time.Minute), "announce ")
	s.expect(s.step(Event{Kind: Leave}), "announce stopped")
}
