package validation

import (
	"context"
	"fmt"
)

// publishedCases are results of the simulator behind a paper.
func publishedCases() []Case {
	var out []Case
	for _, c := range []struct {
		up          int // of the seed, kbit/s
		once        bool
		mean, usage float64
	}{{200, false, 5870, 0.346}, {200, true, 4231, 0.473}, {400, false, 2933, 0.690}, {400, true, 2437, 0.868}} {
		name, how := fmt.Sprintf("bharambe-%d", c.up), "any seed"
		// With what headers take: see the scenario.
		sets := []string{fmt.Sprintf("groups.seed.link.up=%g kbit/s", 1.036*float64(c.up))}
		if c.once {
			name += "-once"
			how = "a seed that sends nothing twice before all is out"
			sets = append(sets, "client.reveal=smart-seed")
		}
		out = append(out, Case{
			Name: name, Kind: "published", Seeds: 3,
			About:  fmt.Sprintf("1,000 home lines rush to a seed of %d kbit/s; %s", c.up, how),
			Source: "the simulator of Bharambe, Herley and Padmanabhan (INFOCOM 2006), as its authors set it up, one run",
			How:    "pieces are exchanged whole, control messages take no time, a peer that completes passes on what it is sending before it leaves",
			Expected: []Expected{
				{Measure: "mean", Unit: "s", Value: c.mean, Within: 0.15},
				{Measure: "utilization", Value: c.usage, Within: 0.15},
			},
			Run: func(ctx context.Context, seed uint64) (map[string]float64, error) { return homeLines(ctx, sets, seed) },
		})
	}
	return out
}

// homeLines plays the published swarm. Utilization is what the leechers sent
// over what 400 kbit/s could have while they were leechers.
func homeLines(ctx context.Context, sets []string, seed uint64) (map[string]float64, error) {
	run, err := play(ctx, "published/bharambe.yaml", sets, seed, nil)
	if err != nil {
		return nil, err
	}
	sent, could := 0.0, 0.0
	for _, row := range run.peers {
		if took, ok := number(row, "download_s"); ok {
			bytes, _ := number(row, "uploaded_bytes")
			sent += bytes
			could += took * 400e3 / 8
		}
	}
	return map[string]float64{"mean": float64(run.Summary.CompletionS.Mean), "utilization": sent / could}, run.allDone()
}
