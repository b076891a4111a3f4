package validation

import (
	"context"
	"slices"
)

// segmentCases compare the measured swarms played with segments of one packet
// and with the usual ones of a block: what the coarser grain changes.
func segmentCases() []Case {
	var out []Case
	for _, r := range replays() {
		out = append(out, Case{
			Name: "segments-" + r.name, Kind: "segments", About: r.about,
			Source:   "the same swarm with segments of 16 KiB",
			How:      "segments of 1,500 bytes, a packet each",
			Expected: []Expected{{Measure: "mean", Unit: "s", Against: "mean_16KiB", Within: 0.05}},
			Run: func(ctx context.Context, seed uint64) (map[string]float64, error) {
				out, err := runTruth(ctx, slices.Concat(r.sets, []string{"network.segment=1500 B"}), seed)
				if err != nil {
					return nil, err
				}
				usual, err := runTruth(ctx, r.sets, seed)
				if err == nil {
					out["mean_16KiB"] = usual["mean"]
				}
				return out, err
			},
		})
	}
	return out
}
