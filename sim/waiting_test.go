package sim

import (
	"strings"
	"testing"

	"swarmsim/sim/record"
)

// At a deadline the summary counts the leechers by what they waited for.
func TestWaiting(t *testing.T) {
	const text = `
name: late
content: {size: 1 MiB, piece: 64 KiB}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 20 kB/s, down: 1 MB/s}}
  - {name: leechers, count: 3, link: {up: 100 kB/s, down: 1 MB/s}}
stop: {deadline: 30 s}`
	at := func(s record.Seconds) *record.Seconds { return &s }
	for _, c := range []struct {
		name string
		sets []string
		want *record.Waiting
	}{
		{"for blocks", []string{"client.choker=never"}, &record.Waiting{Leechers: 3, Blocks: 3, LastBlockS: at(29)}},
		{"for an unchoke", []string{"client.choker=never", "client.seed_choker=never"}, &record.Waiting{Leechers: 3, Unchoke: 3}},
		{"for pieces", []string{"client.reveal=super-seeding", "groups.leechers.nat=1", "groups.seed.link.up=1 MB/s",
			"stop.deadline=90 s"}, &record.Waiting{Leechers: 3, Pieces: 3, LastBlockS: at(0)}},
		{"for the tracker", []string{"events=[{at: 0 s, action: tracker-outage, for: 1 h}]"}, &record.Waiting{Leechers: 3, Addresses: 3}},
		{"until the deadline", []string{"stop.when=deadline"}, nil},
		{"for nothing", []string{"groups.seed.link.up=1 MB/s"}, nil},
	} {
		out, files := play(t, load(t, text, c.sets...), 1)
		got := out.Summary.Waiting
		if (got != nil) != strings.Contains(files["summary.json"].String(), `"waiting"`) {
			t.Errorf("%s: %+v, but summary.json says otherwise", c.name, got)
		}
		if got == nil || c.want == nil {
			if got != c.want {
				t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
			}
			continue
		}
		if (got.LastBlockS != nil) != (c.want.LastBlockS != nil) ||
			got.LastBlockS != nil && *got.LastBlockS < *c.want.LastBlockS ||
			(got.RateBytesPerSec > 0) != (got.LastBlockS != nil) {
			t.Errorf("%s: last block and rate in %+v", c.name, got)
		}
		got.LastBlockS, got.RateBytesPerSec, c.want.LastBlockS = nil, 0, nil
		if *got != *c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
