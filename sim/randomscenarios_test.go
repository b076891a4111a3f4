package sim

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"swarmsim/client/assign"
	"swarmsim/sim/scenario"
)

// randomClient draws the profile of a known client, or a mixture of strategies.
func randomClient(r *rapid.T) string {
	var profiles []string
	for _, p := range scenario.Profiles() {
		profiles = append(profiles, p.Name)
	}
	if rapid.Bool().Draw(r, "known client") {
		return "profile: " + rapid.SampledFrom(profiles).Draw(r, "profile")
	}
	var pickers []string
	for _, p := range Catalogue().Pickers {
		pickers = append(pickers, p.Name)
	}
	draw := func(label string, values []string) string { return rapid.SampledFrom(values).Draw(r, label) }
	return fmt.Sprintf("choker: %s, picker: %s, end_game: %s, assignment: %s, backlog: %s",
		draw("choker", []string{"tit-for-tat", "random", "never"}), draw("picker", pickers),
		draw("end game", assign.EndGames().Names()), draw("assignment", assign.Rules().Names()),
		draw("backlog", []string{"rate", "mainline"}))
}

// In random scenarios no leecher beats the bound, blocks are conserved (Run checks this), and
// every leecher completes. Each dials at least two peers: with one neighbour some might form an
// island without the seed.
func TestRandomScenarios(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := fmt.Sprintf(`
name: random
seed: %d
content: {size: %d kB, piece: %d KiB}
network: {latency: 5 ms to %d ms, segment: %s, transport: %s}
client: {%s, connections: {dial_target: %d}}
groups:
  - {name: seed, count: %d, seed: true, link: {up: %d kB/s, down: 1 MB/s}}
  - name: leechers
    count: %d
    link: {up: 50 kB/s to 500 kB/s, down: %d kB/s}
    arrival: {pattern: %s}
    stay: %s
stop: {deadline: 24 h}`,
			rapid.IntRange(1, 1e6).Draw(r, "seed"), rapid.IntRange(1, 3000).Draw(r, "size"), rapid.SampledFrom([]int{16, 40, 256}).Draw(r, "piece"),
			rapid.IntRange(5, 200).Draw(r, "latency"), rapid.SampledFrom([]string{"1500 B", "16 KiB"}).Draw(r, "segment"),
			rapid.SampledFrom([]string{"ideal", "tcp, congestion: reno", "tcp, loss: 0.02, jitter: 20 ms", "utp, queue: {up: 8 KiB, discipline: fq-codel}"}).Draw(r, "transport"),
			randomClient(r), rapid.IntRange(2, 40).Draw(r, "initiate"),
			rapid.IntRange(1, 2).Draw(r, "seeds"), rapid.IntRange(50, 2000).Draw(r, "seed up"),
			rapid.IntRange(1, 12).Draw(r, "leechers"), rapid.IntRange(100, 3000).Draw(r, "down"),
			rapid.SampledFrom([]string{"at-once", "poisson, rate: 0.5 /s", "flash-crowd, decay: 20 s"}).Draw(r, "arrival"),
			rapid.SampledFrom([]string{"0 s", "forever", "exponential 20 s"}).Draw(r, "stay"))
		s := load(t, text)
		out, err := Run(context.Background(), s, Options{Workers: 1, Create: memory{}.create})
		if err != nil {
			r.Fatal(err)
		}
		if sum := out.Summary; sum.CompletionS.Count > 0 && sum.CompletionS.Last < *sum.BoundS {
			r.Fatalf("last completion %v beats the bound %v in\n%s", sum.CompletionS.Last, *sum.BoundS, text)
		}
		if out.Summary.CompletionS.Count != s.Groups[1].Count {
			r.Fatalf("%d of %d completed in\n%s", out.Summary.CompletionS.Count, s.Groups[1].Count, text)
		}
	})
}
