package client

import "time"

// Interest that is decided in rounds follows Transmission (peer-mgr.c: rechokeDownloads): a peer is
// interested in few neighbours if it cancels many of its requests, which shows that its downlink
// is saturated.

const (
	minInterestLimit = 5
	maxInterestLimit = 50

	maxCancelShare = 0.5 // by which the limit falls at most in one round

	// interestGrowth is added to the limit in a round if no request was cancelled for the last
	// growthPeriod, and a proportional part of it if one was.
	interestGrowth = 15
	growthPeriod   = 2 * time.Minute
)

// interestBudget limits the neighbours that a peer is interested in. The zero value has the highest
// limit.
type interestBudget struct {
	limit      int // 0 before the first update
	lastCancel time.Duration
}

// update computes the limit from the numbers of blocks received and requests cancelled in the last
// yieldRounds rounds, and from the number of neighbours that the peer is interested in.
func (b *interestBudget) update(now time.Duration, blocks, cancels, interested int) {
	if b.limit == 0 {
		b.limit = maxInterestLimit
	}
	if cancels > 0 {
		share := min(float64(cancels)/float64(cancels+blocks), maxCancelShare)
		b.limit = int(float64(interested) * (1 - share))
		b.lastCancel = now
	} else {
		since := min(now-b.lastCancel, growthPeriod)
		b.limit += int(interestGrowth * since.Seconds() / growthPeriod.Seconds())
	}
	b.limit = min(max(b.limit, minInterestLimit), maxInterestLimit)
}

// yieldRounds is the number of rounds that a peerYield covers: a minute at 10 s a round
// (Transmission: CANCEL_HISTORY_SEC).
const yieldRounds = 6

// peerYield counts the blocks received from a neighbour and the requests to it that were cancelled,
// by round. The current round comes first.
type peerYield struct {
	blocks, cancels [yieldRounds]int
}

// sum returns the totals of the rounds.
func (y *peerYield) sum() (blocks, cancels int) {
	for i := range y.blocks {
		blocks += y.blocks[i]
		cancels += y.cancels[i]
	}
	return blocks, cancels
}

// beginRound begins a round; the oldest one is forgotten.
func (y *peerYield) beginRound() {
	copy(y.blocks[1:], y.blocks[:])
	copy(y.cancels[1:], y.cancels[:])
	y.blocks[0], y.cancels[0] = 0, 0
}

// yieldClass ranks neighbours by their yield, the best first.
type yieldClass int

const (
	goodYield    yieldClass = iota // blocks, and no cancels or fewer than a tenth of the blocks
	unknownYield                   // neither blocks nor cancels
	badYield
)

// classOf returns the class of a neighbour with the given totals.
func classOf(blocks, cancels int) yieldClass {
	switch {
	case blocks == 0 && cancels == 0:
		return unknownYield
	case cancels == 0 || cancels*10 < blocks:
		return goodYield
	}
	return badYield
}
