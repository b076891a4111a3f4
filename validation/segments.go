package validation

import (
	"context"
	"fmt"
	"slices"
)

// coarse is a swarm that is played with segments of one packet and with the usual
// ones of a block, to see what the coarser grain changes.
type coarse struct {
	replay
	runs int // that a seed stands for, where they differ more than segments are allowed to make them
}

// coarseSwarms are the measured ones, and larger ones of the default client, where
// queues overflow more.
func coarseSwarms() []coarse {
	var out []coarse
	for _, r := range replays() {
		r.within = 0.05
		out = append(out, coarse{r, 3})
	}
	hundred := []string{"groups.leechers.count=100", "groups.seed.link.up=10 MB/s"}
	return append(out,
		coarse{replay{"100", "the default client: one seed of 10 MB/s, a hundred leechers of 1 MB/s", hundred, 0.06}, 1},
		coarse{replay{"100slow", "the default client: one seed of 2 MB/s, a hundred leechers of 200 kB/s, 16 MiB", slices.Concat(hundred,
			[]string{"groups.seed.link.up=2 MB/s", "groups.leechers.link.up=200 kB/s", "groups.leechers.link.down=1 MB/s", "content.size=16 MiB"}), 0.06}, 1})
}

func segmentCases() []Case {
	var out []Case
	for _, c := range coarseSwarms() {
		how := "segments of 1,500 bytes, a packet each"
		if c.runs > 1 {
			how += fmt.Sprintf("; a seed stands for %d runs", c.runs)
		}
		out = append(out, Case{
			Name: "segments-" + c.name, Kind: "segments", About: c.about,
			Source:   "the same swarm with segments of 16 KiB",
			How:      how,
			Expected: []Expected{{Measure: "mean", Unit: "s", Against: "mean_16KiB", Within: c.within}},
			Run: func(ctx context.Context, seed uint64) (map[string]float64, error) {
				packets, err := c.mean(ctx, seed, "network.segment=1500 B")
				if err != nil {
					return nil, err
				}
				blocks, err := c.mean(ctx, seed)
				return map[string]float64{"mean": packets, "mean_16KiB": blocks}, err
			},
		})
	}
	return out
}

// mean is the mean completion over the runs that a seed stands for.
func (c coarse) mean(ctx context.Context, seed uint64, sets ...string) (float64, error) {
	var m mean
	for i := range uint64(c.runs) {
		out, err := runTruth(ctx, slices.Concat(c.sets, sets), (seed-1)*uint64(c.runs)+i+1)
		if err != nil {
			return 0, err
		}
		m.add(out["mean"])
	}
	return m.value(), nil
}
