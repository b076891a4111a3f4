package sim

import (
	"math"
	"testing"
)

// In a run the shares of each group sum to 1, and the bytes that a group received are all
// attributed to a sending group.
func TestSharesOfGroups(t *testing.T) {
	out, _ := play(t, load(t, mixed), 1)
	for _, g := range out.Summary.Groups {
		if g.Seed {
			continue
		}
		shares, uniform, from := 0.0, 0.0, int64(0)
		for name := range g.Unchoked {
			shares += float64(g.Unchoked[name])
			uniform += float64(g.UnchokedUniform[name])
		}
		for _, bytes := range g.ReceivedFromBytes {
			from += bytes
		}
		if math.Abs(shares-1) > 1e-9 || math.Abs(uniform-1) > 1e-9 {
			t.Errorf("%s: the shares sum to %v, the uniform ones to %v", g.Name, shares, uniform)
		}
		if most := float64(g.DownloadedBytes) * 1.1; from < g.DownloadedBytes || float64(from) > most {
			t.Errorf("%s: %d bytes downloaded, %d attributed", g.Name, g.DownloadedBytes, from)
		}
	}
	regions := out.Summary.Regions
	if len(regions) != 2 || regions[0].InBytes != regions[1].OutBytes || regions[0].ReceivedFromBytes["east"] != regions[0].InBytes {
		t.Errorf("%+v", regions)
	}
	if c := *out.Summary.CrossRegion; c <= 0 || c >= 1 {
		t.Errorf("%v of the content crossed regions", c)
	}
}

// mixed has two groups in two regions.
const mixed = `
name: mixed
content: {size: 4 MiB, piece: 64 KiB}
network: {regions: [{name: west, to: {west: 5 ms, east: 40 ms}}, {name: east, to: {east: 5 ms}}]}
tracker: {region: west}
groups:
  - {name: seed, count: 1, seed: true, region: west, link: {up: 400 kB/s, down: 1 MB/s}}
  - {name: slow, count: 6, region: west, link: {up: 50 kB/s, down: 1 MB/s}, stay: 5 s}
  - {name: fast, count: 6, region: east, link: {up: 200 kB/s, down: 1 MB/s}, stay: 5 s, crash: 0.5}
stop: {deadline: 10 min}
expect:
  - groups.fast.unchoked.slow < 1
  - groups.slow.received_from.fast > 1 MB
  - regions.west.in > 1 MB
  - fairness.most_copies < 3
`
