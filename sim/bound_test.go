package sim

import (
	"strings"
	"testing"
)

// For leechers that all arrive at the start and stay, the bound is Kumar and Ross's formula,
// max(F/u_s, F/d_min, N*F/(u_s+sum u_i)).
func TestBoundIsKumarRoss(t *testing.T) {
	for _, c := range []struct {
		name string
		sets []string
		want float64
	}{
		{"the seed binds", []string{"groups.seed.link.up=100 kB/s"}, 1e6 / 100e3},
		{"a downlink binds", []string{"groups.leechers.link.down=50 kB/s"}, 1e6 / 50e3},
		{"all uplinks bind", nil, 10 * 1e6 / (500e3 + 10*100e3)},
	} {
		out, _ := play(t, load(t, `
name: bound
content: {size: 1 MB, piece: 16 KiB}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 500 kB/s, down: 1 MB/s}}
  - {name: leechers, count: 10, link: {up: 100 kB/s, down: 1 MB/s}}
`, c.sets...), 1)
		if got := float64(*out.Summary.BoundS); got < 0.9999*c.want || got > 1.0001*c.want {
			t.Errorf("%s: %v s, want %v s", c.name, got, c.want)
		}
	}
}

// A bound below the resolution of the record is written as 0, not left out.
func TestTinyBoundIsZero(t *testing.T) {
	s := load(t, small, "content.size=1 KiB", "content.piece=1 KiB", "groups.leechers.arrival={pattern: at-once}",
		"groups.seed.link={up: 1000 GB/s, down: 1000 GB/s}", "groups.leechers.link={up: 1000 GB/s, down: 1000 GB/s}")
	out, files := play(t, s, 1)
	if out.Summary.BoundS == nil || !strings.Contains(files["summary.json"].String(), `"bound_s": 0,`) {
		t.Errorf("bound %v", out.Summary.BoundS)
	}
}
