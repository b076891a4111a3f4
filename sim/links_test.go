package sim

import (
	"strings"
	"testing"
	"time"

	"swarmsim/scenarios"
	"swarmsim/sim/scenario"
)

// fast is one flow over links with a high rate and a long delay.
const fast = `
name: fast
content: {size: 512 MiB}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 Gbit/s, down: 1 Gbit/s}}
  - {name: leechers, count: 1, link: {up: 1 Gbit/s, down: 1 Gbit/s}}
stop: {deadline: 10 min}
`

// overBound is the time of the last completion as a multiple of the lower bound.
func overBound(t *testing.T, s *scenario.Scenario) float64 {
	t.Helper()
	out, _ := play(t, s, 1)
	if out.Summary.Unfinished > 0 {
		t.Fatalf("%s, seed %d: not done after %v", s.Name, s.Seed, s.Stop.Deadline)
	}
	return float64(out.Summary.CompletionS.Last) / float64(*out.Summary.BoundS)
}

// With default settings a flow fills fast and long links: only the connection's set-up and its
// first round trips are lost.
func TestDefaultsFillFastLongLinks(t *testing.T) {
	for _, c := range []struct {
		sets []string
		most float64
	}{
		{nil, 1.3},
		{[]string{"seed=2"}, 1.3},
		{[]string{"network.transport=tcp"}, 1.4},
		{[]string{"network.transport=utp"}, 1.45},
		{[]string{"network.latency=50 ms", "content.size=1 GiB"}, 1.25},
		{[]string{"network.latency=50 ms", "content.size=1 GiB", "network.transport=tcp"}, 1.25},
		{[]string{"network.latency=200 ms", "content.size=4 GiB"}, 1.25},
		{[]string{"groups.seed.link.up=100 Mbit/s", "network.latency=50 ms"}, 1.1},
	} {
		s := load(t, fast, c.sets...)
		if got := overBound(t, s); got > c.most {
			t.Errorf("%v: %.2f times the bound, want %.2f at most", c.sets, got, c.most)
		}
	}
}

// A limit that the scenario sets applies, however far it keeps a flow below its links' rates.
func TestExplicitLimitsApply(t *testing.T) {
	for _, c := range []struct {
		sets  []string
		least float64 // times the bound
		says  string
	}{
		{[]string{"network.window=256 KiB"}, 20, "window: 256 KiB"},
		{[]string{"client.backlog.max=20", "client.backlog.grow=false"}, 10, "max: 20"},
		{[]string{"client.upload.max_pending_requests=20"}, 10, "requests: 20"},
		{[]string{"network.transport=tcp", "network.queue.up=64 KiB"}, 2, "up: 64 KiB"},
		{[]string{"client.backlog=fixed"}, 50, "depth: 5"},
	} {
		s := load(t, fast, append(c.sets, "network.latency=25 ms")...)
		if got := overBound(t, s); got < c.least {
			t.Errorf("%v: %.2f times the bound, want %v at least", c.sets, got, c.least)
		}
		text, err := s.Print()
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), c.says) || strings.Contains(string(text), "time: 50 ms\n") {
			t.Errorf("%v: the scenario says\n%s", c.sets, text)
		}
	}
}

// On fast and long links segments of a block take as long as packets do, with any queue: in slow
// start a flow overflows a short queue at the same time.
func TestBlockSegmentsMatchPackets(t *testing.T) {
	for _, c := range []string{
		"client.profile=libtorrent-2 network.transport=utp network.latency=40ms network.queue.up=64KiB network.queue.down=64KiB",
		"client.profile=libtorrent-2 network.transport=utp network.latency=25ms network.queue.up=64KiB network.queue.down=64KiB",
		"client.profile=libtorrent-2 network.transport=utp network.latency=40ms",
		"client.profile=aria2 network.transport=tcp network.latency=25ms",
		"network.transport=tcp network.latency=100ms",
		"network.transport=tcp network.latency=25ms network.queue.up=64KiB network.queue.down=64KiB",
	} {
		sets := append(strings.Fields(c), "content.size=200MB")
		blocks := overBound(t, load(t, fast, sets...))
		packets := overBound(t, load(t, fast, append(sets, "network.segment=1500B")...))
		if blocks < 0.9*packets || blocks > 1.1*packets {
			t.Errorf("%s: %.2f times the bound block by block, %.2f packet by packet", c, blocks, packets)
		}
	}
}

// A queue whose length follows its link's rate is recomputed when the rate changes.
func TestQueuesFollowEachLink(t *testing.T) {
	w := &world{scenario: load(t, fast, "network.transport=tcp", "network.latency=25 ms")}
	if got := w.scenario.Network.Queue.Time.Std(); got != 50*time.Millisecond {
		t.Fatalf("queues hold a time of %v", got)
	}
	l := NewLink(w.scenario, 1e6, 125e6)
	if l.UpQueueBytes != 64<<10 || l.DownQueueBytes != 125e6/20 {
		t.Errorf("links of 1 and 125 MB/s have queues of %d and %d bytes", l.UpQueueBytes, l.DownQueueBytes)
	}
}

// A note names every limit of a connection that is below its links' rates. Where the links decide
// there is none.
func TestNotesNameWhatLimits(t *testing.T) {
	for _, c := range []struct {
		sets string
		want []string // a part of each note
	}{
		{"", nil},
		{"network.transport=tcp", nil},
		{"network.window=256 KiB",
			[]string{"at most 5.24 MB/s (window 256 KiB, round trip 50 ms), less than the 125 MB/s of its links"}},
		{"network.window=5 MB", nil}, // four fifths
		{"client.backlog.max=100", []string{"at most 32.8 MB/s (backlog rate, at most 100 requests"}},
		{"client.upload.max_pending_requests=100", []string{"at most 32.8 MB/s (upload.max_pending_requests 100, round"}},
		{"client.backlog.max=1000 client.upload.max_pending_requests=100",
			[]string{"at most 32.8 MB/s (upload.max_pending_requests 100"}},
		{"client.backlog=fixed", []string{"at most 1.64 MB/s (backlog fixed, at most 5 requests"}},
		{"client.profile=mainline", nil},
		{"client.profile=mainline network.latency=200 ms",
			[]string{"(backlog mainline, at most 50 requests, round trip 400 ms)"}},
		{"client.profile=mainline network.latency=200 ms groups.leechers.link.down=1 Mbit/s", nil},
		{"network.transport=tcp network.queue.up=64 KiB",
			[]string{"the bandwidth-delay product is 6.25 MB (125 MB/s, round trip 50 ms) and queue.up holds 64 KiB", "because queue.up holds 64 KiB, less than 4.69 MB; network.segment: 1500 B is exact"}},
		{"network.transport=tcp network.queue.up=64 KiB network.segment=1500 B", []string{"queue.up holds 64 KiB"}},
		{"network.transport=utp network.queue.up=4 MB", []string{"segments of 16 KiB may differ"}},
		{"network.transport=tcp network.queue.up=20 KiB groups.seed.link.up=1 MB/s",
			[]string{"because queue.up holds 20 KiB, less than 32.8 kB"}},
		{"network.transport=tcp client.profile=anacrolix-1.61", []string{"queue.up holds 6.25 MB, less than 15.8 MB"}},
		{"network.transport=tcp network.queue.up=4 MiB groups.leechers.link.down=100 MB/s",
			[]string{"queue.down holds 256 KiB", "segments of 16 KiB"}},
		{"network.transport=tcp network.loss=0.01", []string{"(cubic with a loss of 0.01"}},
		{"network.transport=tcp network.congestion=reno network.loss=0.001",
			[]string{"at most 1.12 MB/s (reno with a loss of 0.001"}},
		{"network.transport=utp network.loss=0.001", []string{"at most 1.59 MB/s (utp with a loss of 0.001"}},
		{"network.transport=tcp client.transport=utp network.loss=0.001", []string{"(utp with a loss of 0.001"}},
	} {
		sets := []string{"network.latency=25 ms"}
		for _, set := range strings.Split(c.sets, " ") {
			switch _, value, _ := strings.Cut(set, "="); {
			case value != "":
				sets = append(sets, set)
			case set != "": // a unit
				sets[len(sets)-1] += " " + set
			}
		}
		got := load(t, fast, sets...).Notes(Catalogue())
		ok := len(got) == len(c.want)
		for i := range min(len(got), len(c.want)) {
			ok = ok && strings.Contains(got[i], c.want[i])
		}
		if !ok {
			t.Errorf("%s: notes %q, want %q", c.sets, got, c.want)
		}
	}
	out, files := play(t, load(t, fast, "network.window=4 MiB", "content.size=64 MiB"), 1)
	if len(out.Summary.Notes) != 1 || !strings.Contains(files["summary.json"].String(), "carries at most") {
		t.Errorf("the record says %q", out.Summary.Notes)
	}
}

// In the library's scenarios only the links limit a connection.
func TestLibraryHasNoNotes(t *testing.T) {
	for _, name := range scenarios.Names() {
		text, _ := scenarios.Text(name)
		if notes := load(t, string(text)).Notes(Catalogue()); len(notes) > 0 {
			t.Errorf("%s: %q", name, notes)
		}
	}
}
