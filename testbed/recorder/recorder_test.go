package recorder

import (
	"testing"
	"time"

	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
	"swarmsim/testbed/driver"
)

const text = `
name: two
content: {size: 64 KiB, piece: 16 KiB}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 100 kB/s, down: 100 kB/s}}
  - {name: leechers, count: 2, link: {up: 100 kB/s, down: 100 kB/s}}
expect: [completion.count == 1]
`

// A seed sends one copy and a half to two leechers, of which one completes and one leaves.
func TestWhatClientsReportBecomesASummary(t *testing.T) {
	s, err := scenario.Load(scenario.Source{Text: []byte(text), Shown: "test", Catalogue: sim.Catalogue()})
	if err != nil {
		t.Fatal(err)
	}
	const size, block = 64 << 10, 16 << 10
	links := Peer{Up: 100e3, Down: 100e3}
	seed, leecher := links, links
	seed.Seed, leecher.Group = true, 1
	r := New(Config{Scenario: s, Length: size, Pieces: 4, Peers: []Peer{seed, leecher, leecher}})
	for i := range 3 {
		r.Arrive(i, time.Duration(i)*time.Second)
	}
	pieces := func(n int) []byte { return []byte{0xf0 << (4 - n) & 0xf0} }
	at := func(seconds int) time.Duration { return time.Duration(seconds) * time.Second }
	has := func(n int) driver.Progress {
		return driver.Progress{Size: size, Downloaded: int64(n) * block, Pieces: pieces(n), Complete: n == 4}
	}
	r.Observe(1, at(3), has(1))
	r.Observe(2, at(4), has(2))
	r.Observe(0, at(5), driver.Progress{Size: size, Uploaded: 6 * block, Complete: true})
	if p := r.Progress(); p.Leechers != 2 || p.Done != 0 || p.Expected != 2 {
		t.Errorf("progress %+v", p)
	}
	full := has(4)
	full.Downloaded, full.Wasted, full.Uploaded = 5*block, block, block
	r.Observe(1, at(7), full)
	r.Depart(2, at(8), record.GaveUp)
	select {
	case <-r.Done():
	default:
		t.Error("one is complete and the other has left, and the run is not done")
	}
	r.Links([]Traffic{{}, {Sent: 100_000}, {Sent: 20_000}, {}})
	sum := r.Summary(at(9), record.Done)
	c := sum.CompletionS
	if c.Count != 1 || c.Last != 6 || sum.GaveUp != 1 || sum.Unfinished != 1 || sum.FirstPieceS.Mean != 2 {
		t.Errorf("%d complete, the last after %v s, the first piece after %v s; %d gave up",
			c.Count, c.Last, sum.FirstPieceS.Mean, sum.GaveUp)
	}
	if b := sum.Blocks; b.Sent != 7 || b.Delivered != 6 || b.Duplicate != 1 || b.Lost != 0 {
		t.Errorf("blocks %+v", b)
	}
	if sum.SeedCopiesAtUnion == nil || *sum.SeedCopiesAtUnion != 1.5 || sum.SeedCopies != 1.5 {
		t.Errorf("seed copies %v, %v at the union", sum.SeedCopies, sum.SeedCopiesAtUnion)
	}
	if want := record.Ratio(1 - float64(7*block)/120_000); sum.ControlOverhead != want {
		t.Errorf("overhead %v, want %v", sum.ControlOverhead, want)
	}
	if len(sum.Expectations) != 1 || !sum.Expectations[0].Met {
		t.Errorf("expectations %+v", sum.Expectations)
	}
}
