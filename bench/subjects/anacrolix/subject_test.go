package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"swarmsim/cmd/swarmsim/results"
	"swarmsim/reports"
)

// asProgram makes the test binary behave as the program: each request is a process, as for cmd/bench.
const asProgram = "ANACROLIX_SUBJECT_TEST"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		os.Args = os.Args[:1]
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// ask starts the program and gives it a request.
func ask(t *testing.T, r request) answer {
	t.Helper()
	in, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asProgram+"=1")
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(append(in, '\n')), &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, errs.String())
	}
	var a answer
	d := json.NewDecoder(&out)
	d.DisallowUnknownFields()
	if err := d.Decode(&a); err != nil {
		t.Fatalf("%v in %q; %s", err, out.String(), errs.String())
	}
	if a.Protocol != protocol {
		t.Errorf("the answer has protocol %d", a.Protocol)
	}
	return a
}

func scenarioText(t *testing.T, name string, changes ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer(changes...).Replace(string(text))
}

func TestDescribe(t *testing.T) {
	a := ask(t, request{Protocol: protocol, Request: "describe"})
	if a.Name != "anacrolix" || !strings.HasPrefix(a.Version, "v1.") || a.Repeatable == nil || *a.Repeatable {
		t.Errorf("%+v", a)
	}
}

// Four clients download from a seed over each kind of network, and the metrics are plausible.
func TestPlay(t *testing.T) {
	for name, network := range map[string]string{
		"tcp":    "network: {transport: tcp, segment: 1500 B, latency: 25 ms}",
		"ideal":  "network: {transport: ideal, latency: 25 ms}",
		"lossy":  "network: {transport: tcp, loss: 0.002, jitter: 2 ms, latency: 10 ms to 40 ms}",
		"router": "network: {transport: tcp, routers: [{name: r, groups: [leechers], up: 10 MB/s, down: 10 MB/s}]}",
	} {
		t.Run(name, func(t *testing.T) {
			text := scenarioText(t, "small.yaml", "network: {transport: tcp}", network)
			m := ask(t, request{Protocol: protocol, Request: "play", Scenario: text, File: "small.yaml", Seed: 3}).Metrics
			for metric, bounds := range map[string][2]float64{
				"completed":            {1, 1},
				"completion_p50":       {3, 25}, // the seed needs 4.2 s to send one copy
				"completion_p95":       {3, 25},
				"completion_last":      {4, 30},
				"ratio_to_bound":       {1, 5},
				"first_piece_p50":      {0.1, 5},
				"last_ten_p50":         {0.01, 10},
				"seed_copies_at_union": {0.99, 3},
				"uplink_utilization":   {0.05, 1},
				"duplicates":           {0, 0.4},
				"fairness":             {0.5, 1},
				"overhead":             {0.01, 0.2},
			} {
				if v, ok := m[metric]; !ok || v < bounds[0] || v > bounds[1] {
					t.Errorf("%s is %v, want %v to %v", metric, v, bounds[0], bounds[1])
				}
			}
		})
	}
}

// Peers that arrive later, leave, give up and crash are in the record, which swarmsim report draws.
func TestRecord(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "record")
	a := ask(t, request{Protocol: protocol, Request: "play", Scenario: scenarioText(t, "churn.yaml"), Seed: 1, Results: folder})
	if a.Metrics == nil || a.Metrics["completed"] >= 1 {
		t.Fatalf("%+v", a)
	}
	r, err := reports.Load(results.Files(folder))
	if err != nil {
		t.Fatal(err)
	}
	s := r.Summary
	if s.Peers != 7 || s.GaveUp != 1 || s.CompletionS.Count != 5 || s.Blocks.Delivered < 5*64 || len(s.Notes) != 1 {
		t.Errorf("peers %d, gave up %d, completed %d, blocks %+v, notes %q", s.Peers, s.GaveUp, s.CompletionS.Count, s.Blocks, s.Notes)
	}
	peers, err := os.ReadFile(filepath.Join(folder, "peers.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, outcome := range []string{"stayed", "left", "gave-up", "crashed"} {
		if !bytes.Contains(peers, []byte(","+outcome+",")) {
			t.Errorf("no peer has %s in\n%s", outcome, peers)
		}
	}
}

// What the client has not is answered with the name of the field.
func TestUnsupported(t *testing.T) {
	small := func(changes ...string) string { return scenarioText(t, "small.yaml", changes...) }
	client := func(line string) string { return small("groups:", "client: {"+line+"}\ngroups:") }
	leecher := func(field string) string { return small("count: 4,", "count: 4, "+field+",") }
	for says, text := range map[string]string{
		"network.transport:":             small("transport: tcp", "transport: utp"),
		"network.control_messages:":      small("transport: tcp", "control_messages: out-of-band"),
		"content.block:":                 small("piece: 64 KiB", "piece: 64 KiB, block: 32 KiB"),
		"events:":                        small("groups:", "events: [{at: 1 s, action: leave, group: seed}]\ngroups:"),
		"playback:":                      small("groups:", "playback: {rate: 100 kB/s}\ngroups:"),
		"groups: 601 peers":              small("count: 4", "count: 600"),
		"groups.leechers.nat:":           leecher("nat: 0.5"),
		"groups.spies.sybils:":           small("stop:", "  - {name: spies, count: 1, sybils: 2, link: {up: 1 MB/s, down: 1 MB/s}}\nstop:"),
		"groups.leechers.corrupt:":       leecher("corrupt: 0.1"),
		"groups.leechers.seed_ratio:":    leecher("seed_ratio: 1"),
		"groups.leechers.disk:":          leecher("disk: {read: 1 MB/s}"),
		"groups.leechers.client.choker:": leecher("client: {choker: random}"),
		"client.profile: libtorrent-2":   client("profile: libtorrent-2"),
		"client.picker:":                 client("picker: sequential"),
		"client.misbehaviour:":           client("misbehaviour: {over_report: 0.5}"),
		"client.reveal:":                 client("reveal: super-seeding"),
	} {
		if a := ask(t, request{Protocol: protocol, Request: "play", Scenario: text}); !strings.HasPrefix(a.Unsupported, says) {
			t.Errorf("%+v, want unsupported %q", a, says)
		}
	}
}

// A model of the client, and its connection limits, are what the program plays.
func TestOwnProfileIsPlayed(t *testing.T) {
	text := scenarioText(t, "small.yaml", "groups:", "client: {profile: anacrolix-1.61, connections: {max: 30, dial_target: 30}}\ngroups:")
	if a := ask(t, request{Protocol: protocol, Request: "play", Scenario: text}); a.Metrics["completed"] != 1 {
		t.Errorf("%+v", a)
	}
}

func TestBadRequests(t *testing.T) {
	for _, text := range []string{"", "{", "[]", `{"protocol":2,"request":"describe"}`, `{"protocol":1,"request":"sing"}`} {
		if err := run(strings.NewReader(text), io.Discard); err == nil {
			t.Errorf("%q is accepted", text)
		}
	}
	a := ask(t, request{Protocol: protocol, Request: "play", Scenario: "name: x\nsize: 3\n", File: "x.yaml"})
	if !strings.Contains(a.Error, "x.yaml:2") {
		t.Errorf("%+v does not name the place", a)
	}
}
