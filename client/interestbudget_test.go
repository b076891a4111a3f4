package client

import (
	"testing"
	"time"
)

// The limit falls with the share of cancelled requests, by half at most, and rises by up to 15 in a
// round without cancels. It stays between 5 and 50.
func TestInterestBudget(t *testing.T) {
	var b interestBudget
	for _, round := range []struct {
		at                          time.Duration
		blocks, cancels, interested int
		want                        int
	}{
		{10 * time.Second, 0, 0, 0, 50},
		{20 * time.Second, 90, 10, 40, 36}, // a tenth of the requests
		{30 * time.Second, 10, 90, 36, 18}, // nine tenths, of which a half counts
		{40 * time.Second, 100, 0, 18, 19}, // 10 s without cancels: 15/12, rounded down
		{90 * time.Second, 100, 0, 19, 26}, // 60 s: 15/2
		{4 * time.Minute, 100, 0, 26, 41},  // more than 2 min: 15
		{5 * time.Minute, 100, 0, 41, 50},
		{6 * time.Minute, 0, 10, 50, 25},
		{7 * time.Minute, 0, 10, 3, 5},
	} {
		if b.update(round.at, round.blocks, round.cancels, round.interested); b.limit != round.want {
			t.Errorf("at %v the limit is %d, want %d", round.at, b.limit, round.want)
		}
	}
}

// A yield covers six rounds.
func TestPeerYield(t *testing.T) {
	var y peerYield
	y.blocks[0], y.cancels[0] = 7, 2
	for round := range yieldRounds {
		if blocks, cancels := y.sum(); blocks != 7 || cancels != 2 {
			t.Errorf("after %d rounds: %d blocks, %d cancels", round, blocks, cancels)
		}
		y.beginRound()
	}
	if blocks, cancels := y.sum(); blocks != 0 || cancels != 0 {
		t.Errorf("after %d rounds: %d blocks, %d cancels", yieldRounds, blocks, cancels)
	}
}

// A yield is good if the neighbour sent more than ten blocks for each cancelled request, or some
// blocks and no request was cancelled.
func TestYieldClass(t *testing.T) {
	for _, x := range []struct {
		blocks, cancels int
		want            yieldClass
	}{{0, 0, unknownYield}, {1, 0, goodYield}, {11, 1, goodYield}, {10, 1, badYield}, {0, 1, badYield}} {
		if got := classOf(x.blocks, x.cancels); got != x.want {
			t.Errorf("%d blocks and %d cancels give class %d, want %d", x.blocks, x.cancels, got, x.want)
		}
	}
}
