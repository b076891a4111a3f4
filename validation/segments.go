package validation

import (
	"context"
	"fmt"
	"slices"
)

// segmentSwarm is a swarm that is played with segments of one packet and of one block, to
// measure the effect of the segment size.
type segmentSwarm struct {
	replay
	runs int // per seed: more than 1 if single runs differ by more than the tolerance
}

// segmentSwarms are the measured swarms, and larger ones of the default client, in which
// queues overflow more often.
func segmentSwarms() []segmentSwarm {
	var out []segmentSwarm
	for _, r := range replays() {
		r.within = 0.05
		out = append(out, segmentSwarm{r, 3})
	}
	fast := []string{"groups.leechers.count=100", "groups.seed.link.up=10 MB/s"}
	slow := []string{
		"groups.leechers.count=100", "groups.leechers.link.up=200 kB/s", "groups.leechers.link.down=1 MB/s",
		"groups.seed.link.up=2 MB/s", "content.size=16 MiB",
	}
	const aboutFast = "the default client: one seed of 10 MB/s, 100 leechers of 1 MB/s"
	const aboutSlow = "the default client: one seed of 2 MB/s, 100 leechers of 200 kB/s, 16 MiB"
	return append(out,
		segmentSwarm{replay{"100", aboutFast, fast, 0.06}, 1},
		segmentSwarm{replay{"100slow", aboutSlow, slow, 0.06}, 1})
}

func segmentCases() []Case {
	var out []Case
	for _, c := range segmentSwarms() {
		how := "segments of 1,500 bytes, one packet"
		if c.runs > 1 {
			how += fmt.Sprintf("; %d runs per seed", c.runs)
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

// mean returns the mean completion time over the runs of a seed.
func (c segmentSwarm) mean(ctx context.Context, seed uint64, sets ...string) (float64, error) {
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
