package validation

import (
	"context"
	"fmt"
)

// publishedCases are results of the simulator of Bharambe, Herley and Padmanabhan (INFOCOM
// 2006).
func publishedCases() []Case {
	var out []Case
	for _, c := range []struct {
		up          int // of the seed, kbit/s
		once        bool
		mean, usage float64
	}{{200, false, 5870, 0.346}, {200, true, 4231, 0.473}, {400, false, 2933, 0.690}, {400, true, 2437, 0.868}} {
		name, how := fmt.Sprintf("bharambe-%d", c.up), "an ordinary seed"
		// The rate includes headers; see the scenario.
		sets := []string{fmt.Sprintf("groups.seed.link.up=%g kbit/s", 1.036*float64(c.up))}
		if c.once {
			name += "-once"
			how = "a seed that repeats no piece until it has sent all"
			sets = append(sets, "client.reveal=smart-seed")
		}
		out = append(out, Case{
			Name: name, Kind: "published", Seeds: 3,
			About:  fmt.Sprintf("1,000 leechers on home links, a seed of %d kbit/s; %s", c.up, how),
			Source: "the simulator of Bharambe, Herley and Padmanabhan (INFOCOM 2006) with its authors' settings, one run",
			How: "pieces are sent whole, control messages take no time, a peer that completes leaves after its " +
				"current uploads",
			Expected: []Expected{
				{Measure: "mean", Unit: "s", Value: c.mean, Within: 0.15},
				{Measure: "utilization", Value: c.usage, Within: 0.15},
			},
			Run: func(ctx context.Context, seed uint64) (map[string]float64, error) {
				return playBharambe(ctx, sets, seed)
			},
		})
	}
	return out
}

// playBharambe plays the published swarm. Utilization is what the leechers sent, divided by
// the capacity of 400 kbit/s while they were leechers.
func playBharambe(ctx context.Context, sets []string, seed uint64) (map[string]float64, error) {
	run, err := play(ctx, "published/bharambe.yaml", sets, seed, nil)
	if err != nil {
		return nil, err
	}
	sent, capacity := 0.0, 0.0
	for _, row := range run.peers {
		if seconds, ok := number(row, "download_s"); ok {
			bytes, _ := number(row, "uploaded_bytes")
			sent += bytes
			capacity += seconds * 400e3 / 8
		}
	}
	out := map[string]float64{"mean": float64(run.Summary.CompletionS.Mean), "utilization": sent / capacity}
	return out, run.checkCompleted()
}
