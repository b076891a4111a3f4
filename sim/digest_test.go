package sim

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"swarmsim/client/assign"
	"swarmsim/client/reveal"
	"swarmsim/scenarios"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

var rewrite = flag.Bool("rewrite", false, "rewrite testdata/digests.txt instead of comparing with it")

const digestFile = "testdata/digests.txt"

// digestCase is a run whose record must stay as it is.
type digestCase struct {
	name string
	text string
	sets []string
}

// TestDigests compares the records of some 240 short runs with digests that are committed:
// every scenario of the library, every profile on every transport, every strategy, every kind
// of misbehaviour and some random swarms. A change that is not meant to alter behaviour leaves
// all of them as they are, with one worker and with two. A change that is meant to alter it
// rewrites them (go test ./sim -run TestDigests -rewrite) and says why in its commit.
//
// A digest covers the values of a record and their order, the event log included. It does not
// cover the names of columns and fields, the resolved scenario, and the sentences about it in the
// summary: those may be renamed and reworded.
func TestDigests(t *testing.T) {
	want := readDigests(t)
	cases := digestCases()
	got := make([]string, len(cases))
	t.Run("runs", func(t *testing.T) {
		for i, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				got[i] = checkDigest(t, c, want[c.name])
			})
		}
	})
	if *rewrite && !t.Failed() {
		writeDigests(t, cases, got)
		return
	}
	for name := range want {
		if !slices.ContainsFunc(cases, func(c digestCase) bool { return c.name == name }) {
			t.Errorf("%s has a digest for %s, which is not played; rewrite it with -rewrite", digestFile, name)
		}
	}
}

// checkDigest plays a run with one worker and with two and returns its digest.
func checkDigest(t *testing.T, c digestCase, want string) string {
	rerun := fmt.Sprintf("rerun with: go test ./sim -run 'TestDigests/runs/%s$'", c.name)
	one := digestOf(t, c, 1)
	if !testing.Short() {
		if two := digestOf(t, c, 2); two != one {
			t.Errorf("2 workers give %s, 1 worker gives %s; %s", two, one, rerun)
		}
	}
	if !*rewrite && want == "" {
		t.Errorf("a new case: add its digest with go test ./sim -run TestDigests -rewrite")
	} else if !*rewrite && one != want {
		t.Errorf("digest %s, want %q; %s", one, want, rerun)
	}
	return one
}

func digestOf(t *testing.T, c digestCase, workers int) string {
	t.Helper()
	s := load(t, c.text, append([]string{"record.events=true", "record.transfers=off", "record.decisions=off"}, c.sets...)...)
	files := memory{}
	if _, err := Run(context.Background(), s, Options{Workers: workers, Create: files.create}); err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	for _, name := range record.Files() {
		if text := files[name]; text != nil {
			digestValues(t, sum, name, text.Bytes())
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

// digestValues adds the values of a file of a record, without the names of columns and fields.
func digestValues(t *testing.T, sum hash.Hash, name string, text []byte) {
	t.Helper()
	switch {
	case name == record.ScenarioFile || name == record.MetaFile:
	case name == record.EventsFile:
		rows, err := parquet.Read[record.Event](bytes.NewReader(text), int64(len(text)))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range rows {
			fmt.Fprintln(sum, e.TimeNS, e.Peer, e.Event, e.Other, e.Piece)
		}
	case strings.HasSuffix(name, ".csv"):
		rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			fmt.Fprintln(sum, strings.Join(row, ","))
		}
	default:
		digestJSON(t, sum, json.NewDecoder(bytes.NewReader(text)))
	}
}

// digestJSON adds the next value of a JSON text, without the names of fields.
func digestJSON(t *testing.T, sum hash.Hash, d *json.Decoder) {
	t.Helper()
	token, err := d.Token()
	if err != nil {
		t.Fatal(err)
	}
	open, nested := token.(json.Delim)
	if !nested {
		fmt.Fprintln(sum, token)
		return
	}
	for d.More() {
		to := sum
		if open == '{' {
			name, err := d.Token()
			if err != nil {
				t.Fatal(err)
			}
			if name == "about" || name == "notes" {
				to = sha256.New() // which is not used
			}
		}
		digestJSON(t, to, d)
	}
	if _, err := d.Token(); err != nil && err != io.EOF {
		t.Fatal(err)
	}
}

func readDigests(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(digestFile)
	if err != nil && !*rewrite {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 2 {
			out[f[1]] = f[0]
		}
	}
	return out
}

func writeDigests(t *testing.T, cases []digestCase, digests []string) {
	t.Helper()
	var out strings.Builder
	for i, c := range cases {
		if digests[i] == "" {
			t.Fatalf("%s was not played: rewrite all digests at once", c.name)
		}
		fmt.Fprintf(&out, "%s %s\n", digests[i], c.name)
	}
	if err := os.WriteFile(digestFile, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// digestSwarm is a swarm that plays in no time and has a bit of everything: arrivals, departures,
// crashes, peers that cannot be dialed, slow and fast links, a tracker that is away for a while.
const digestSwarm = `
name: digest
content: {size: 3000000 B, piece: 64 KiB}
network: {latency: 10 ms to 60 ms}
tracker: {interval: 1 min}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 400 kB/s, down: 1 MB/s}}
  - name: leechers
    count: 14
    nat: 0.2
    crash: 0.3
    link: {up: 40 kB/s to 300 kB/s, down: 1 MB/s}
    arrival: {pattern: spread, over: 20 s}
    stay: exponential 30 s
  - {name: others, count: 2, link: {up: 200 kB/s, down: 300 kB/s}, arrival: {pattern: at-once}}
events:
  - {at: 10 s, action: tracker-outage, for: 15 s}
record: {interval: 5 s}
stop: {deadline: 30 min}
`

// digestCases returns all runs, in the order of the file.
func digestCases() []digestCase {
	return slices.Concat(libraryCases(), profileCases(), networkCases(), strategyCases(), ruleCases(),
		misbehaviourCases(), drawnCases(), diskCases())
}

// libraryCases are the scenarios of the library, the long ones with less content.
func libraryCases() (out []digestCase) {
	shorter := map[string][]string{
		"client-server":        {"content.size=8 MiB"},
		"clustering":           {"content.size=16 MiB"},
		"clustering-slow-seed": {"content.size=16 MiB"},
		"flash-crowd":          {"content.size=16 MiB", "groups.leechers.count=80"},
		"free-riders":          {"content.size=16 MiB"},
		"mixed-bandwidth":      {"content.size=8 MiB"},
		"steady-state":         {"stop.deadline=10 min"},
		"churn":                {"content.size=16 MiB"},
	}
	for _, name := range scenarios.Names() {
		text, _ := scenarios.Text(name)
		out = append(out, digestCase{"library/" + name, string(text), shorter[name]})
	}
	return out
}

// digestNetworks are the transports, each with long and short segments.
var digestNetworks = []struct{ name, set string }{
	{"ideal", "network.transport=ideal"},
	{"ideal-1500", "network={transport: ideal, segment: 1500 B}"},
	{"tcp", "network.transport=tcp"},
	{"tcp-1500", "network={transport: tcp, segment: 1500 B, latency: 10 ms to 60 ms}"},
	{"utp", "network.transport=utp"},
	{"utp-1500", "network={transport: utp, segment: 1500 B, latency: 10 ms to 60 ms}"},
}

func profileCases() (out []digestCase) {
	for _, p := range scenario.Profiles() {
		for _, n := range digestNetworks {
			out = append(out, digestCase{"profile/" + p.Name + "/" + n.name, digestSwarm,
				[]string{n.set, "client.profile=" + p.Name}})
		}
		for _, many := range []struct{ name, set string }{
			{"many-pieces", "content={size: 20 MiB, piece: 32 KiB}"},
			{"many-blocks", "content={size: 6 MiB, piece: 1 MiB}"},
		} {
			out = append(out, digestCase{"profile/" + p.Name + "/" + many.name, digestSwarm,
				[]string{many.set, "client.profile=" + p.Name}})
		}
		out = append(out, digestCase{"profile/" + p.Name + "/among-others", digestSwarm,
			[]string{"groups.leechers.client={profile: " + p.Name + "}"}})
	}
	return out
}

func networkCases() (out []digestCase) {
	for _, n := range []struct{ name, set string }{
		{"out-of-band", "network.control_messages=out-of-band"},
		{"window", "network.window=32 KiB"},
		{"reno", "network={transport: tcp, congestion: reno, loss: 0.01}"},
		{"loss", "network={transport: tcp, segment: 1500 B, loss: 0.01, jitter: 5 ms}"},
		{"utp-loss", "network={transport: utp, loss: 0.01, jitter: 5 ms}"},
		{"fq-codel", "network={transport: tcp, segment: 1500 B, queue: {discipline: fq-codel}}"},
		{"short-queue", "network={transport: tcp, queue: {up: 16 KiB, down: 16 KiB}}"},
		{"router", "network={transport: tcp, latency: 20 ms, routers: [{name: campus, groups: [leechers], up: 500 kB/s, down: 1 MB/s}]}"},
		{"utp-beside-tcp", "network.transport=tcp,groups.leechers.client={transport: utp}"},
		{"fast-and-long", "network.latency=200 ms,groups.seed.link={up: 50 MB/s, down: 50 MB/s},groups.others.link={up: 50 MB/s, down: 50 MB/s}"},
		{"regions", "network={regions: [{name: a, to: {a: 5 ms, b: 70 ms}}, {name: b, to: {b: 20 ms}}]},groups.seed.region=a,groups.leechers.region=b,groups.others.region=a,tracker.region=b"},
		{"wire", "wire=real"},
	} {
		out = append(out, digestCase{"network/" + n.name, digestSwarm, splitSets(n.set)})
	}
	return out
}

// splitSets splits overrides at the commas that stand before a name.
func splitSets(text string) []string {
	var out []string
	for _, part := range strings.Split(text, ",") {
		if n := len(out); n > 0 && (strings.HasPrefix(part, " ") || !strings.Contains(part, "=")) {
			out[n-1] += "," + part
		} else {
			out = append(out, part)
		}
	}
	return out
}

func strategyCases() (out []digestCase) {
	add := func(kind, name string, sets ...string) {
		out = append(out, digestCase{kind + "/" + name, digestSwarm, sets})
	}
	known := Catalogue()
	for _, c := range known.Chokers {
		add("choker", c.Name, "client.choker="+c.Name, "client.seed_choker="+c.Name)
	}
	for _, p := range known.Pickers {
		add("picker", p.Name, "client.picker="+p.Name, "playback.rate=100 kB/s", "playback.buffer=2 s",
			"client.fast_extension=true", "client.suggest_pieces=2")
		add("picker-and-assignment", p.Name, "client.picker="+p.Name, "client.assignment=picker-driven")
	}
	for _, r := range known.Backlogs {
		add("backlog", r.Name, "client.backlog="+r.Name)
	}
	for _, s := range assign.Rules().Names() {
		for _, e := range assign.EndGames().Names() {
			add("assignment-and-end-game", s+"/"+e, "client.assignment="+s, "client.end_game="+e)
		}
		add("many-pieces", s, "client.assignment="+s, "content={size: 20 MiB, piece: 32 KiB}", "client.max_unverified=1 MiB")
	}
	for _, o := range reveal.Strategies().Names() {
		add("reveal", o, "groups.seed.client={reveal: "+o+"}")
		add("reveal-of-many", o, "groups.seed.client={reveal: "+o+"}", "content={size: 20 MiB, piece: 32 KiB}")
	}
	return out
}

// ruleCases are settings that a client has besides its strategies.
func ruleCases() (out []digestCase) {
	fast := "client.fast_extension=true"
	for _, r := range []struct {
		name string
		sets []string
	}{
		{"unchoke/on-interest", []string{"client.unchoke=on-interest"}},
		{"unchoke/on-release", []string{"client.unchoke=on-release"}},
		{"unchoke/periodic", []string{"client.unchoke=periodic"}},
		{"unchoke/per-block", []string{"client.unchoke=per-block"}},
		{"requests-on-choke/keep", []string{fast, "client.requests_on_choke=keep"}},
		{"requests-on-choke/discard-late-blocks", []string{fast, "client.requests_on_choke=discard-late-blocks"}},
		{"on-cancel/reject", []string{fast, "client.on_cancel=reject", "client.end_game=broadcast"}},
		{"on-cancel/await-reject", []string{fast, "client.on_cancel=await-reject", "client.end_game=broadcast"}},
		{"allowed-fast/on-handshake", []string{fast, "client.allowed_fast_set_size=5"}},
		{"allowed-fast/on-interest", []string{fast, "client.allowed_fast_set_size=5", "client.allowed_fast_sent=on-interest"}},
		{"allowed-fast/address-class", []string{fast, "client.allowed_fast_set_size=5", "client.allowed_fast_derivation=address-class"}},
		{"allowed-fast/whole-address", []string{fast, "client.allowed_fast_set_size=5", "client.allowed_fast_derivation=whole-address"}},
		{"allowed-fast/ignored", []string{fast, "client.allowed_fast_set_size=5", "client.ignore_allowed_fast=true"}},
		{"interest/periodic", []string{"client.interest=periodic"}},
		{"request-timeout/adaptive", []string{"client.request_timeout=adaptive"}},
		{"event-loop/pulse", []string{"client.event_loop={name: pulse, interval: 500 ms, have_delay: 10 s}"}},
		{"event-loop/run-queue", []string{"client.event_loop={name: run-queue, interval: 1 s}", "client.inactivity_timeout=1 min"}},
		{"event-loop/writer", []string{"client.event_loop=writer"}},
		{"upload/read-delay", []string{"client.upload.read_delay=20 ms", "client.upload.order=random"}},
		{"upload/send-buffer", []string{"client.upload.send_buffer_blocks=4", "client.upload.send_buffer_time=2 s"}},
		{"first-last-piece-priority", []string{"client.first_last_piece_priority=true"}},
		{"rate-window", []string{"client.rate_window=2 s"}},
		{"max-unverified", []string{"client.max_unverified=512 KiB"}},
		{"record", []string{"record.graph=samples", "record.interest=true"}},
		{"seed-ratio", []string{"groups.seed.seed_ratio=3", "groups.others.give_up=exponential 40 s"}},
		{"large-blocks", []string{"content.block=64 KiB"}},
		{"snub-timeout", []string{"client.snub_timeout=1 s", "client.profile=libtorrent-2"}},
		{"canonical-priority", []string{"client.connections={canonical_priority: true, dial_target: 4, max: 6}"}},
		{"duplicate-connections", []string{"client.connections={allow_duplicates: true, dial_target: 4, max: 8}"}},
	} {
		out = append(out, digestCase{"rule/" + r.name, digestSwarm, r.sets})
	}
	return out
}

func misbehaviourCases() (out []digestCase) {
	for _, m := range []struct {
		name string
		sets []string
	}{
		{"over-report/none", []string{"groups.others.client={misbehaviour: {over_report: 0.5}}"}},
		{"over-report/reject", []string{"groups.others.client={fast_extension: true, misbehaviour: {over_report: 0.5, over_report_reply: reject}}"}},
		{"over-report/garbage", []string{"groups.others.client={misbehaviour: {over_report: 0.5, over_report_reply: garbage}}"}},
		{"under-report", []string{"groups.others.client={misbehaviour: {under_report: 0.5}}"}},
		{"peer-rate-limit", []string{"groups.others.client={misbehaviour: {peer_rate_limit: 2 kB/s}}"}},
		{"forced-announce-interval", []string{"groups.others.client={misbehaviour: {forced_announce_interval: 5 s}}"}},
		{"corrupt", []string{"groups.others.corrupt=0.2"}},
		{"corrupt-without-parole", []string{"groups.others.corrupt=0.2", "client.parole_mode=false"}},
	} {
		out = append(out, digestCase{"misbehaviour/" + m.name, digestSwarm, m.sets})
	}
	return out
}

// drawnCases are random mixtures of what scenarios can express, drawn once: see testdata/drawn.yaml.
func drawnCases() (out []digestCase) {
	text, err := os.ReadFile("testdata/drawn.yaml")
	if err != nil {
		panic(err)
	}
	for i, swarm := range strings.Split(string(text), "---\n")[1:] {
		out = append(out, digestCase{fmt.Sprintf("drawn/%d", i+1), swarm, nil})
	}
	return out
}
