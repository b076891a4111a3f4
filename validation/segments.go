package validation

import (
	"context"
	"slices"
)

// segmentRuns is how many runs a seed of these cases stands for: the swarms
// differ more from run to run than segments are allowed to make them.
const segmentRuns = 3

// segmentCases compare the measured swarms played with segments of one packet
// and with the usual ones of a block: what the coarser grain changes.
func segmentCases() []Case {
	var out []Case
	for _, r := range replays() {
		out = append(out, Case{
			Name: "segments-" + r.name, Kind: "segments", About: r.about,
			Source:   "the same swarm with segments of 16 KiB",
			How:      "segments of 1,500 bytes, a packet each; a seed stands for three runs",
			Expected: []Expected{{Measure: "mean", Unit: "s", Against: "mean_16KiB", Within: 0.05}},
			Run: func(ctx context.Context, seed uint64) (map[string]float64, error) {
				packets, err := meanOver(ctx, slices.Concat(r.sets, []string{"network.segment=1500 B"}), seed)
				if err != nil {
					return nil, err
				}
				blocks, err := meanOver(ctx, r.sets, seed)
				return map[string]float64{"mean": packets, "mean_16KiB": blocks}, err
			},
		})
	}
	return out
}

// meanOver is the mean completion over the runs that a seed stands for.
func meanOver(ctx context.Context, sets []string, seed uint64) (float64, error) {
	var m mean
	for i := range uint64(segmentRuns) {
		out, err := runTruth(ctx, sets, (seed-1)*segmentRuns+i+1)
		if err != nil {
			return 0, err
		}
		m.add(out["mean"])
	}
	return m.value(), nil
}
