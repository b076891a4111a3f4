package reports

import (
	"testing"

	"swarmsim/sim/record"
)

func TestWaitingFact(t *testing.T) {
	last := record.Seconds(63)
	for _, c := range []struct {
		w    record.Waiting
		want string
	}{
		{record.Waiting{Leechers: 12, Blocks: 3, Unchoke: 8, Addresses: 1, RateBytesPerSec: 12100, LastBlockS: &last},
			"12 leechers were not complete: 3 had outstanding requests (received 12.1 kB/s), 8 were choked by every neighbour with a piece that they lacked, 1 knew no other peer; the last block arrived at 63.0 s"},
		{record.Waiting{Leechers: 1, Pieces: 1}, "1 leecher was not complete: 1 had no neighbour with a piece that they lacked; no block ever arrived"},
	} {
		if got := waitingFact(&c.w).text; got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}
