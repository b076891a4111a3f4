package sim

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"

	"swarmsim/sim/scenario"
)

// With every picker, playback and suggestions on, a swarm gives the same record on any number of
// workers, and every peer that stays completes.
func TestEveryPickerInASwarm(t *testing.T) {
	for _, p := range Catalogue().Pickers {
		t.Run(p.Name, func(t *testing.T) {
			sets := []string{"client.picker=" + p.Name, "playback.rate=100 kB/s", "playback.buffer=2 s",
				"client.fast_extension=true", "client.suggest_pieces=2", "groups.leechers.crash=0", "groups.leechers.stay=forever"}
			out, one := play(t, load(t, small, sets...), 1)
			_, three := play(t, load(t, small, sets...), 3)
			same(t, three, one, "with 3 workers", "")
			if sum := out.Summary; sum.Unfinished > 0 || sum.Playback.Began != 12 || sum.Playback.NeverBegan != 0 {
				t.Errorf("%d unfinished, playback %+v", sum.Unfinished, sum.Playback)
			}
		})
	}
}

// The oracle picker, which knows the copies in the whole swarm, picks other pieces than one that
// knows only those of its neighbours.
func TestOracle(t *testing.T) {
	sets := []string{"client.connections={dial_target: 3, max: 6}"}
	_, local := play(t, load(t, small, sets...), 1)
	_, global := play(t, load(t, small, append(sets, "client.picker=global-rarest")...), 1)
	if bytes.Equal(local["peers.csv"].Bytes(), global["peers.csv"].Bytes()) {
		t.Error("the oracle picks as the local picker does")
	}
}

// assignment: rarest does what a rarest-first picker does without its random first pieces.
func TestRarestAssignmentIsRarestPicker(t *testing.T) {
	sets := []string{"client.picker.random_first=0", "groups.leechers.crash=0"}
	_, picked := play(t, load(t, small, append(sets, "client.assignment=picker-driven")...), 1)
	_, rarest := play(t, load(t, small, append(sets, "client.assignment=rarest")...), 1)
	delete(picked, "scenario.yaml")
	delete(rarest, "scenario.yaml")
	same(t, picked, rarest, "driven by the picker", "")
}

// Playback adds its measures to the record, and with a picker that ignores it changes nothing
// else.
func TestPlaybackIsRecorded(t *testing.T) {
	_, plain := play(t, load(t, small), 1)
	_, watched := play(t, load(t, small, "playback.rate=100 kB/s"), 1)
	if bytes.Contains(plain["peers.csv"].Bytes(), []byte("stall")) ||
		bytes.Contains(plain["summary.json"].Bytes(), []byte("playback")) {
		t.Error("playback is in the record of a run without it")
	}
	common := func(m memory) string { // the columns that both have
		var out []string
		for _, line := range strings.Split(m["peers.csv"].String(), "\n") {
			fields := strings.Split(line, ",")
			out = append(out, strings.Join(fields[:min(19, len(fields))], ","))
		}
		return strings.Join(out, "\n")
	}
	if common(plain) != common(watched) ||
		!bytes.Equal(plain["timeseries.csv"].Bytes(), watched["timeseries.csv"].Bytes()) {
		t.Error("playback changed the swarm")
	}
	if !bytes.Contains(watched["peers.csv"].Bytes(), []byte(",startup_s,stalls,stalled_s,continuity\n")) {
		t.Error("no columns for playback")
	}
}

// One leecher downloads in order from a seed. If the content's rate is below the download rate,
// playback starts when the buffer is full and never stalls. If it is above, playback stalls, and
// it ends when the download has ended and the buffer is played.
func TestPlaybackOfOneConnection(t *testing.T) {
	text := `
name: one
content: {size: 10 MB, piece: 10 kB}
network: {latency: 5 ms, control_messages: out-of-band}
client: {picker: sequential}
playback: {rate: %s, buffer: 4 s}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 100 kB/s, down: 1 MB/s}}
  - {name: leecher, count: 1, link: {up: 100 kB/s, down: 1 MB/s}}
`
	for _, c := range []struct {
		rate                string
		startup, continuity float64
	}{{"80 kB/s", 3.2, 1}, {"200 kB/s", 8, 0.5}} {
		out, _ := play(t, load(t, fmt.Sprintf(text, c.rate)), 1)
		p := out.Summary.Playback
		// Headers take a few percent, and the seed unchokes the leecher a moment after the start.
		if got := float64(p.StartupS.Mean); math.Abs(got/c.startup-1) > 0.1 {
			t.Errorf("%s: starts after %v s, want %v", c.rate, got, c.startup)
		}
		if got := float64(*p.Continuity); math.Abs(got/c.continuity-1) > 0.08 {
			t.Errorf("%s: continuity %v, want %v", c.rate, got, c.continuity)
		}
		if smooth := *p.Stalls == 0; smooth != (c.continuity == 1) {
			t.Errorf("%s: %v stalls", c.rate, *p.Stalls)
		}
	}
}

// A scenario may expect something of playback only if it has playback.
func TestExpectPlayback(t *testing.T) {
	expect := "expect=[playback.startup.p95 < 10 min, playback.continuity > 0, " +
		"groups.leechers.playback.stalled.mean < 1 h]"
	out, _ := play(t, load(t, small, "playback.rate=100 kB/s", expect), 1)
	for _, e := range out.Summary.Expectations {
		if !e.Met {
			t.Errorf("%s: %s", e.Expect, e.Actual)
		}
	}
	_, err := scenario.Load(scenario.Source{
		Text:      []byte(small),
		Sets:      []string{"expect=[playback.stalls == 0]"},
		Catalogue: Catalogue(),
	})
	if err == nil || !strings.Contains(err.Error(), "set playback.rate") {
		t.Error(err)
	}
}
