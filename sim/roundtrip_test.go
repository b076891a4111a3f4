package sim

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"swarmsim/scenarios"
	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// someFields are values for fields without a list of choices. Values for fields with one come from
// scenario.Fields.
var someFields = []string{
	"seed=18446744073709551615", "seed=0", "content.size=1000001 B", "content.size=0.7 MiB",
	"content.piece=48 KiB", "content.block=32 KiB", "playback.rate=100 kB/s", "playback.buffer=0 s",
	"tracker.interval=90 s", "tracker.min_interval=0.1 min", "tracker.expire=3 h",
	"tracker.max_peers=7", "tracker.timeout=45 s", "tracker.up=1.1 MB/s", "tracker.down=333333.3 B/s",
	"network.latency=17 ms", "network.latency=0.1 ms to 90 ms", "network.latency=9 s",
	"network.jitter=3 ms", "network.loss=0.013", "network.window=31 KiB", "network.segment=1500 B",
	"network.segment=5000 B", "network.queue.up=20 kB", "network.queue.down=99999 B",
	"network.queue.time=70 ms", "network.map=world", "network.regions=[{name: a, to: {a: 1 ms}}]",
	"network.regions=[{name: a, to: {a: 1 ms, b: 33.3 ms}}, {name: b, to: {b: 0.7 ms}}]",
	"network.routers=[{name: r, groups: [leechers], up: 3 MB/s, down: 7 Mbit/s, latency: 2 ms, queue: 70 kB}]",
	"client.rechoke_interval=7.5 s", "client.first_rechoke=1 s", "client.fast_extension=true",
	"client.allowed_fast_set_size=3", "client.allowed_fast_derivation=address-class", "client.suggest_pieces=2",
	"client.first_last_piece_priority=true", "client.max_unverified=1 MiB",
	"client.ignore_allowed_fast=true", "client.event_loop={name: pulse, interval: 300 ms, have_delay: 1 s}",
	"client.rate_window=3 s",
	"client.event_loop={name: run-queue, interval: 250 ms}", "client.snub_timeout=20 s",
	"client.keep_alive_interval=50 s", "client.idle_timeout=4 min", "client.inactivity_timeout=90 s",
	"client.handshake_timeout=8 s",
	"client.connections={dial_target: 3, max: 9, min_peers: 2, numwant: 5}",
	"client.connections.allow_duplicates=true", "client.connections.canonical_priority=true",
	"client.upload={send_buffer_blocks: 4, send_buffer_time: 1 s, max_pending_requests: 60}",
	"client.upload.not_sent_low_watermark=50 kB", "client.event_loop=writer",
	"client.upload.read_delay=3 ms", "client.misbehaviour={over_report: 20 %, under_report: 0.1}",
	"client.misbehaviour.peer_rate_limit=3 kB/s", "groups.leechers.count=0",
	"groups.leechers.count=5", "groups.leechers.link.up=lognormal 100 kB/s sigma 0.7",
	"groups.leechers.link.up=exponential 0.2 MB/s", "groups.leechers.link.down=300 kB/s to 1 MB/s",
	"groups.leechers.link={mix: [{share: 1, up: 1 MB/s, down: 1 MB/s}, {share: 2.5, up: 100 kB/s, down: 3 Mbit/s}]}",
	"groups.leechers.region=a", "groups.seed.region=b", "tracker.region=a",
	"groups.leechers.nat=30 %", "groups.leechers.arrival={pattern: spread, over: 5 s, start: 1 s}",
	"groups.leechers.arrival={pattern: poisson, rate: 40 /min}",
	"groups.leechers.arrival={pattern: flash-crowd, decay: 3 s}",
	"groups.leechers.arrival={pattern: trace, file: trace.txt}",
	"groups.leechers.stay=weibull 10 s shape 0.6", "groups.leechers.stay=0 s",
	"groups.leechers.give_up=exponential 1 min", "groups.leechers.crash=25 %",
	"groups.leechers.seed_ratio=0.5", "groups.seed.seed_ratio=1.15", "groups.seed.corrupt=0.01",
	"groups.leechers.client.choker=random", "groups.leechers.client.profile=aria2",
	"groups.seed.client={seed_choker: {slots: 3}}",
	"events=[{at: 5 s, action: crash, group: leechers, share: 30 %}, {at: 2 s, action: link, group: seed, up: 300 kB/s, down: 1 MB/s}]",
	"events=[{at: 4 s, action: tracker-outage, for: 20 s}, {at: 3 s, action: partition, group: leechers, share: 0.5, for: 10 s}]",
	"stop.when=deadline", "record.interval=700 ms", "record.interest=true", "record.graph=samples",
	"expect=[completion.p95 < 1 h, unfinished == 0, 'seed_copies <= 1.5 * bound_s']",
}

// randomSets draws fields and values to set.
func randomSets(r *rand.Rand, fields []scenario.Field) []string {
	var out []string
	for range 1 + r.IntN(6) {
		if r.IntN(2) == 0 {
			out = append(out, someFields[r.IntN(len(someFields))])
			continue
		}
		f := fields[r.IntN(len(fields))]
		out = append(out, f.Path+"="+f.Choices[r.IntN(len(f.Choices))])
	}
	return out
}

var traceFile = fstest.MapFS{"trace.txt": {Data: []byte("0\n0.5\n1\n1.5\n2\n3\n4\n5\n6\n7\n8\n9\n10\n")}}

func tryLoad(text string, sets ...string) (*scenario.Scenario, error) {
	return scenario.Load(scenario.Source{
		Text:      []byte(text),
		Shown:     "r.yaml",
		Files:     traceFile,
		Dir:       ".",
		Sets:      sets,
		Catalogue: Catalogue(),
		Content:   content.Check,
	})
}

// roundTrip checks that the text that swarmsim check prints, and that a record keeps as
// scenario.yaml, is the same scenario: equal in every field and, if it is played, in every byte of
// the record. rerun is the command that prints it.
func roundTrip(t *testing.T, rerun string, s *scenario.Scenario, played bool) {
	t.Helper()
	text, err := s.Print()
	if err != nil {
		t.Fatal(err)
	}
	back, err := tryLoad(string(text))
	if err != nil {
		t.Fatalf("the printed scenario is refused: %v\nrerun with: %s\n%s", err, rerun, text)
	}
	one, other := *s, *back
	one.Warnings, other.Warnings = nil, nil
	if !reflect.DeepEqual(one, other) {
		second, _ := back.Print()
		t.Fatalf("the printed scenario differs\nrerun with: %s\n%s\nand printed again\n%s", rerun, text, second)
	}
	if !played {
		return
	}
	_, before := playWithTrace(t, s)
	_, after := playWithTrace(t, back)
	for name := range before {
		if !bytes.Equal(before[name].Bytes(), after[name].Bytes()) {
			t.Fatalf("%s differs when the printed scenario is played\nrerun with: %s\n%s", name, rerun, text)
		}
	}
}

// playWithTrace plays a scenario that may name the trace file.
func playWithTrace(t *testing.T, s *scenario.Scenario) (*Result, memory) {
	t.Helper()
	files := memory{}
	out, err := Run(t.Context(), s, Options{Workers: 1, Files: traceFile, Dir: ".", Create: files.create})
	if err != nil {
		t.Fatal(err)
	}
	return out, files
}

func TestLibraryRoundTrips(t *testing.T) {
	for _, name := range scenarios.Names() {
		text, _ := scenarios.Text(name)
		s, err := tryLoad(string(text))
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, "swarmsim check "+name, s, false)
		if s, err = tryLoad(string(text), "stop.deadline=40 s", "events=[]"); err != nil {
			continue // an arrival or an event is after the deadline
		}
		roundTrip(t, "swarmsim check "+name+" --set stop.deadline=40s --set events=[]", s, !testing.Short())
	}
}

func TestRandomScenariosRoundTrip(t *testing.T) {
	var choices []scenario.Field
	for _, f := range scenario.Fields(Catalogue(), []string{"leechers", "seed"}) {
		if len(f.Choices) > 0 && f.Path != "network.map" && f.Path != "groups.leechers.seed" && f.Path != "groups.seed.seed" {
			choices = append(choices, f)
		}
	}
	const base = "name: r\ncontent: {size: 512 KiB, piece: 32 KiB}\ngroups:\n" +
		"  - {name: seed, count: 1, seed: true, link: {up: 500 kB/s, down: 1 MB/s}}\n" +
		"  - {name: leechers, count: 6, link: {up: 200 kB/s, down: 1 MB/s}}\nstop: {deadline: 2 min}\n"
	want := 300
	if testing.Short() {
		want = 40
	}
	played := 0
	for seed := uint64(0); played < want; seed++ {
		if seed > 100*uint64(want) {
			t.Fatalf("of %d draws only %d are valid scenarios", seed, played)
		}
		sets := randomSets(rand.New(rand.NewPCG(seed, 4)), choices)
		s, err := tryLoad(base, sets...)
		if err != nil {
			continue // the fields contradict each other
		}
		played++
		roundTrip(t, fmt.Sprintf("draw %d: swarmsim run r.yaml --set '%s'", seed, strings.Join(sets, "' --set '")), s, true)
	}
}
