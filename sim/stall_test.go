package sim

import (
	"fmt"
	"testing"
)

// Swarms that used to stall for good, each for another reason: every leecher completes, and hardly
// a block is sent twice.
func TestFormerStalls(t *testing.T) {
	swarm := func(head, seed, leechers string) string {
		return fmt.Sprintf(`
name: former-stall
%s
groups:
  - {name: seed, count: 1, seed: true, %s}
  - {name: leechers, %s}
stop: {deadline: 6 h}`, head, seed, leechers)
	}
	for _, c := range []struct {
		name, text string
		duplicates int64 // the most duplicate blocks
	}{
		// The writer makes requests when none is outstanding; reserved ones do not count.
		{"reserved requests and batched writes", swarm("content: {size: 2 MiB}\nclient: {profile: libtorrent-2, event_loop: writer}",
			"link: {up: 10 MB/s, down: 10 MB/s}", "count: 1, link: {up: 20 kB/s, down: 20 kB/s}"), 0},
		// A block arrives after the request timed out, for a piece that is no longer started.
		{"a late block", swarm("content: {size: 16 KiB}\nclient: {profile: libtorrent-2}\nnetwork: {segment: 1500 B}",
			"link: {up: 1 kB/s, down: 10 MB/s}", "count: 3, link: {up: 10 kB/s, down: 20 kB/s}"), 3},
		// Super-seeding waits until a piece spreads, and these leechers cannot connect to each other.
		{"super-seeding to leechers that cannot be dialed", swarm("content: {size: 2 MiB, piece: 64 KiB}",
			"link: {up: 1 MB/s, down: 10 MB/s}, client: {reveal: super-seeding}", "count: 5, nat: 1, link: {up: 200 kB/s, down: 200 kB/s}"), 10},
		// The tracker's answer takes longer than peers waited for it.
		{"a latency of 8 s", swarm("content: {size: 1 MiB, piece: 64 KiB}\nnetwork: {latency: 8 s}",
			"link: {up: 1 MB/s, down: 10 MB/s}", "count: 5, link: {up: 200 kB/s, down: 200 kB/s}"), 70},
		// The leecher is unchoked again while requests from before the choke are in flight.
		{"super-seeding to one", swarm("content: {size: 1 MiB, piece: 64 KiB}",
			"link: {up: 1 MB/s, down: 10 MB/s}, client: {reveal: super-seeding}", "count: 1, link: {up: 200 kB/s, down: 200 kB/s}"), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := load(t, c.text)
			out, _ := play(t, s, 1)
			if sum := &out.Summary; sum.Unfinished > 0 || sum.Blocks.Duplicate > c.duplicates {
				t.Errorf("%d unfinished after %v s, blocks %+v in\n%s", sum.Unfinished, sum.VirtualS, sum.Blocks, c.text)
			}
		})
	}
}
