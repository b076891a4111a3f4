package sim

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"swarmsim/sim/engine"
)

// Worked by hand: hosts 1 and 2 are of group 0, hosts 3 and 4 of group 1, all
// there from 0 s. Host 1 gives host 2 a slot from 0 to 10 s and host 3 one from
// 0 to 4 s, when that completes; an optimistic one to host 4 from 2 s becomes a
// regular one at 6 s. It is 10 + 4 + 4 s of regular time. Any of three others
// would have been as likely until 4 s, any of two from then on.
func TestUnchokingWorkedByHand(t *testing.T) {
	at := func(s int) time.Duration { return time.Duration(s) * time.Second }
	u := newUnchoking(2, []int{0, 0, 1, 1})
	for h := range engine.HostID(4) {
		u.begin(h+1, 0)
	}
	u.unchoke(1, 2, false, 0)
	u.unchoke(1, 3, false, 0)
	u.unchoke(1, 4, true, at(2))
	u.end(3, at(4))
	u.unchoke(1, 3, false, at(5)) // it is a seed by now
	u.unchoke(1, 4, false, at(6))
	u.choke(1, 4, at(10))
	u.choke(1, 4, at(11)) // it has no slot any more
	u.close(at(10))
	within := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s: %v s, want %v s", what, got, want)
		}
	}
	within("to its own", u.regular[0][0], 10)
	within("to the others", u.regular[0][1], 8)
	// Two slots for 4 s, one for 2 s, two for 4 s.
	within("to its own, if all were alike", u.uniform[0][0], 8./3+2./2+8./2)
	within("to the others, if all were alike", u.uniform[0][1], 8*2./3+2./2+8./2)
	within("to its own, with a choice", u.own[0].regular, 10)
	within("and if all were alike", u.own[0].expected, 8./3+2./2+8./2)
	within("of host 1", u.ties[0].all, 18)
	within("of host 1 to its own", u.ties[0].own, 10)
	within("of group 1", u.regular[1][0]+u.regular[1][1], 0)
}

// Where only one group is there it has no choice, and its time says nothing.
func TestClusteringNeedsAChoice(t *testing.T) {
	u := newUnchoking(2, []int{0, 0, 1})
	u.begin(1, 0)
	u.begin(2, 0)
	u.unchoke(1, 2, false, 0)
	u.begin(3, 10*time.Second)
	u.close(14 * time.Second)
	if u.regular[0][0] != 14 || u.own[0].regular != 4 || u.own[0].expected != 2 {
		t.Errorf("%v s to its own; with a choice %+v", u.regular[0][0], u.own[0])
	}
}

// Whatever happens, a group's time and what it would be if all were alike are
// the same in all.
func TestUnchokingConservesTime(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const peers, groups = 8, 3
		var groupOf []int
		for range peers {
			groupOf = append(groupOf, rapid.IntRange(0, groups-1).Draw(r, "group"))
		}
		u := newUnchoking(groups, groupOf)
		now := time.Duration(0)
		host := rapid.Custom(func(r *rapid.T) engine.HostID { return engine.HostID(rapid.IntRange(1, peers).Draw(r, "host")) })
		for range rapid.IntRange(1, 100).Draw(r, "events") {
			now += time.Duration(rapid.Int64Range(0, 1e10).Draw(r, "pause"))
			a, b := host.Draw(r, "a"), host.Draw(r, "b")
			switch rapid.IntRange(0, 4).Draw(r, "what") {
			case 0:
				if !u.ties[a-1].loads {
					u.begin(a, now)
				}
			case 1:
				u.end(a, now)
			case 2:
				u.choke(a, b, now)
			default:
				if a != b {
					u.unchoke(a, b, rapid.Bool().Draw(r, "optimistic"), now)
				}
			}
		}
		u.close(now)
		for g := range groups {
			regular, uniform := 0.0, 0.0
			for h := range groups {
				regular, uniform = regular+u.regular[g][h], uniform+u.uniform[g][h]
			}
			if math.Abs(regular-uniform) > 1e-6 {
				r.Errorf("group %d: %v s, and %v s if all were alike", g, regular, uniform)
			}
		}
	})
}

// In a run a row of shares is a whole, and all that a group received came from
// somebody.
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
			t.Errorf("%s: shares make %v, and %v if all were alike", g.Name, shares, uniform)
		}
		if most := float64(g.DownloadedBytes) * 1.1; from < g.DownloadedBytes || float64(from) > most {
			t.Errorf("%s: %d bytes came, %d from somebody", g.Name, g.DownloadedBytes, from)
		}
	}
	regions := out.Summary.Regions
	if len(regions) != 2 || regions[0].InBytes != regions[1].OutBytes || regions[0].ReceivedFromBytes["east"] != regions[0].InBytes {
		t.Errorf("%+v", regions)
	}
	if c := *out.Summary.CrossRegion; c <= 0 || c >= 1 {
		t.Errorf("%v of the content crossed", c)
	}
}

// mixed has two groups in two regions.
const mixed = `
name: mixed
content: {size: 4 MiB, piece: 64 KiB}
network: {regions: [{name: west, to: {west: 5 ms, east: 40 ms}}, {name: east, to: {east: 5 ms}}]}
tracker: {place: west}
groups:
  - {name: seed, count: 1, seed: true, place: west, link: {up: 400 kB/s, down: 1 MB/s}}
  - {name: slow, count: 6, place: west, link: {up: 50 kB/s, down: 1 MB/s}, stay: 5 s}
  - {name: fast, count: 6, place: east, link: {up: 200 kB/s, down: 1 MB/s}, stay: 5 s, crash: 0.5}
stop: {deadline: 10 min}
expect:
  - groups.fast.unchoked.slow < 1
  - groups.slow.received_from.fast > 1 MB
  - regions.west.in > 1 MB
  - fairness.most_copies < 3
`
