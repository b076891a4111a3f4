package client

import "math/rand/v2"

// trackerTiers are several trackers, of which one is announced to (BEP 12): every announce tries
// them in their order until one answers. The order within a tier is random at first; a tracker that
// answers becomes the first of its tier. A nil *trackerTiers is a single tracker.
type trackerTiers struct {
	tiers       [][]uint8 // trackers, by their places among all
	tier, place int       // of the current one
	answered    uint8     // the tracker that answered last
}

// maxTrackers is the number of trackers that an Action can name. Further ones are not used.
const maxTrackers = 255

// newTrackerTiers returns tiers of the given sizes; nil for fewer than two trackers.
func newTrackerTiers(sizes []int, r *rand.Rand) *trackerTiers {
	t, next := &trackerTiers{}, 0
	for _, size := range sizes {
		var tier []uint8
		for ; size > 0 && next < maxTrackers; size-- {
			tier = append(tier, uint8(next))
			next++
		}
		if len(tier) > 0 {
			r.Shuffle(len(tier), func(i, j int) { tier[i], tier[j] = tier[j], tier[i] })
			t.tiers = append(t.tiers, tier)
		}
	}
	if next < 2 {
		return nil
	}
	return t
}

// current returns the tracker to announce to.
func (t *trackerTiers) current() uint8 {
	if t == nil {
		return 0
	}
	return t.tiers[t.tier][t.place]
}

// last returns the tracker that knows the peer, to be told that it stops.
func (t *trackerTiers) last() uint8 {
	if t == nil {
		return 0
	}
	return t.answered
}

// onReply notes that the current tracker has answered. The next announce begins with the first one.
func (t *trackerTiers) onReply() {
	if t == nil {
		return
	}
	tier := t.tiers[t.tier]
	t.answered = tier[t.place]
	copy(tier[1:], tier[:t.place])
	tier[0] = t.answered
	t.tier, t.place = 0, 0
}

// onFailure moves on to the next tracker. It reports whether there is one that has not failed since
// the first one was tried; otherwise the next announce begins with the first one.
func (t *trackerTiers) onFailure() bool {
	if t == nil {
		return false
	}
	if t.place++; t.place < len(t.tiers[t.tier]) {
		return true
	}
	t.place = 0
	t.tier = (t.tier + 1) % len(t.tiers)
	return t.tier > 0
}
