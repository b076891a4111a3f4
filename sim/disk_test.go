package sim

import (
	"bytes"
	"testing"
	"time"

	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// diskSets give all groups of the digests' swarm a disk that is about as fast as their links.
var diskSets = []string{
	"groups.seed.disk={read: 1 MB/s, access: 8 ms}",
	"groups.leechers.disk={read: 1 MB/s, write: 500 kB/s, access: 8 ms, hash: 2 MB/s}",
	"groups.others.disk={write: 300 kB/s, hash: 1 MB/s}",
}

// diskCases are every profile on every transport with disks.
func diskCases() (out []digestCase) {
	for _, p := range scenario.Profiles() {
		for _, transport := range []string{"ideal", "tcp", "utp"} {
			sets := append([]string{"network.transport=" + transport, "client.profile=" + p.Name}, diskSets...)
			out = append(out, digestCase{"disk/" + p.Name + "/" + transport, digestSwarm, sets})
		}
	}
	return append(out,
		digestCase{"disk/hostile", digestSwarm, append([]string{"groups.others.corrupt=0.3"}, diskSets...)},
		digestCase{"disk/payload-real", digestSwarm, append([]string{"payload=real", "content.size=1 MiB"}, diskSets...)})
}

// diskPair is a seed and one leecher on fast links.
const diskPair = `
name: disk
content: {size: 20 MB, piece: 256 KiB}
network: {latency: 1 ms}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 10 MB/s, down: 10 MB/s}}
  - {name: leecher, count: 3, link: {up: 10 MB/s, down: 10 MB/s}}
`

// lastDone returns when the last peer of a run is complete.
func lastDone(t *testing.T, sets ...string) time.Duration {
	t.Helper()
	result, _ := play(t, load(t, diskPair, sets...), 1)
	if c := result.Summary.CompletionS; c.Count == 3 {
		return time.Duration(float64(c.Last) * float64(time.Second))
	}
	t.Fatalf("%v: not all are complete", sets)
	return 0
}

// The content leaves the seed's disk once at least, enters each leecher's disk and is hashed there, so that
// no peer is complete before; a fast disk changes hardly anything.
func TestDiskBounds(t *testing.T) {
	without := lastDone(t)
	for _, c := range []struct {
		set  string
		rate float64
	}{
		{"groups.seed.disk={read: 1 MB/s}", 1e6},
		{"groups.leecher.disk={write: 1 MB/s}", 1e6},
		{"groups.leecher.disk={hash: 1 MB/s}", 1e6},
	} {
		bound := time.Duration(20e6 / c.rate * float64(time.Second))
		if got := lastDone(t, c.set); got < bound || got > bound*3/2 {
			t.Errorf("%s: complete after %v; the disk takes %v", c.set, got, bound)
		}
	}
	fast := lastDone(t, "groups.seed.disk={read: 10 GB/s, write: 10 GB/s, access: 10 us, hash: 10 GB/s}",
		"groups.leecher.disk={read: 10 GB/s, write: 10 GB/s, access: 10 us, hash: 10 GB/s}")
	if ratio := float64(fast) / float64(without); ratio < 0.95 || ratio > 1.05 {
		t.Errorf("a fast disk: complete after %v instead of %v", fast, without)
	}
}

// A disk that takes no time is no disk.
func TestDiskOfNoTime(t *testing.T) {
	_, without := play(t, load(t, digestSwarm, "record.events=true"), 1)
	_, with := play(t, load(t, digestSwarm, "record.events=true", "groups.seed.disk={read: 0 B/s}"), 1)
	if !bytes.Equal(with[record.EventsFile].Bytes(), without[record.EventsFile].Bytes()) {
		t.Error("the runs differ")
	}
}

// The number of workers does not change a run with disks.
func TestDiskWorkers(t *testing.T) {
	for _, c := range diskCases() {
		if one, four := digestOf(t, c, 1), digestOf(t, c, 4); one != four {
			t.Errorf("%s: 4 workers give %s, 1 gives %s", c.name, four, one)
		}
	}
}
