package sim

import (
	"fmt"
	"testing"
)

// Downloads that stood still for good, each for a reason of its own: every
// leecher completes, and next to nothing is sent twice.
func TestDownloadsThatStoodStill(t *testing.T) {
	swarm := func(head, seed, leechers string) string {
		return fmt.Sprintf(`
name: stood-still
%s
groups:
  - {name: seed, count: 1, seed: true, %s}
  - {name: leechers, %s}
stop: {deadline: 6 h}`, head, seed, leechers)
	}
	for _, c := range []struct {
		name, text string
		twice      int64 // blocks that may come twice
	}{
		// A writer looks for requests when none is out; those that are set aside are not.
		{"requests set aside and turns", swarm("content: {size: 2 MiB}\nclient: {profile: libtorrent-2, upload: {turns: true}}",
			"link: {up: 10 MB/s, down: 10 MB/s}", "count: 1, link: {up: 20 kB/s, down: 20 kB/s}"), 0},
		// A block later than the neighbour's pace allows comes for a piece that is not begun any more.
		{"a late block of a piece given back", swarm("content: {size: 16 KiB}\nclient: {profile: libtorrent-2}\nnetwork: {segment: 1500 B}",
			"link: {up: 1 kB/s, down: 10 MB/s}", "count: 3, link: {up: 10 kB/s, down: 20 kB/s}"), 3},
		// Nobody can pass on what it gets of a seed that waits for that.
		{"super-seeding to leechers that cannot be dialed", swarm("content: {size: 2 MiB, piece: 64 KiB}",
			"link: {up: 1 MB/s, down: 10 MB/s}, client: {offer: super-seed}", "count: 5, nat: 1, link: {up: 200 kB/s, down: 200 kB/s}"), 10},
		// The tracker's answer takes longer than anybody waited for it.
		{"a latency of 8 s", swarm("content: {size: 1 MiB, piece: 64 KiB}\nnetwork: {latency: 8 s}",
			"link: {up: 1 MB/s, down: 10 MB/s}", "count: 5, link: {up: 200 kB/s, down: 200 kB/s}"), 70},
		// It is unchoked again while requests of before the choke are under way.
		{"super-seeding to one", swarm("content: {size: 1 MiB, piece: 64 KiB}",
			"link: {up: 1 MB/s, down: 10 MB/s}, client: {offer: super-seed}", "count: 1, link: {up: 200 kB/s, down: 200 kB/s}"), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := load(t, c.text)
			out, _ := play(t, s, 1)
			if sum := &out.Summary; sum.Unfinished > 0 || sum.Blocks.Duplicate > c.twice {
				t.Errorf("%d unfinished after %v s, blocks %+v in\n%s", sum.Unfinished, sum.VirtualS, sum.Blocks, c.text)
			}
		})
	}
}
