package sim

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"swarmsim/client/assign"
	"swarmsim/scenarios"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// memory is a results folder in memory.
type memory map[string]*bytes.Buffer

type closer struct{ *bytes.Buffer }

func (closer) Close() error { return nil }

func (m memory) create(name string) (io.WriteCloser, error) {
	m[name] = &bytes.Buffer{}
	return closer{m[name]}, nil
}

// load reads a scenario from a string.
func load(t testing.TB, text string, sets ...string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Load(scenario.Source{
		Text: []byte(text), Shown: "test.yaml", Files: fstest.MapFS{}, Dir: ".", Sets: sets, Catalogue: Catalogue()})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// play runs a scenario and returns what it came to and its record.
func play(t testing.TB, s *scenario.Scenario, workers int) (*Result, memory) {
	t.Helper()
	files := memory{}
	out, err := Run(context.Background(), s, Options{Workers: workers, Create: files.create})
	if err != nil {
		t.Fatal(err)
	}
	return out, files
}

const closed = `
name: closed
content: {size: 64 MiB, piece: 256 KiB}
client: {connections: {dial_target: 20, max: 40}}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 10 MB/s, down: 10 MB/s}}
  - {name: leechers, count: 100, link: {up: 1 MB/s, down: 4 MB/s}}
stop: {deadline: 1 h}
`

// small is a swarm that plays in no time and has a bit of everything.
const small = `
name: small
content: {size: 2 MiB, piece: 64 KiB}
network: {latency: 10 ms to 40 ms}
groups:
  - {name: seed, count: 2, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
  - name: leechers
    count: 12
    link: {up: 100 kB/s to 400 kB/s, down: 1 MB/s}
    arrival: {pattern: poisson, rate: 1 /s}
    stay: exponential 10 s
    crash: 0.5
stop: {deadline: 10 min}
`

// library loads a scenario of the library.
func library(t testing.TB, name string, sets ...string) *scenario.Scenario {
	t.Helper()
	text, ok := scenarios.Text(name)
	if !ok {
		t.Fatalf("no scenario %q", name)
	}
	return load(t, string(text), sets...)
}

// rerun is the line that plays a failure again.
func rerun(s *scenario.Scenario) string {
	return fmt.Sprintf("rerun with: go run ./cmd/swarmsim run %s --seed %d", s.Name, s.Seed)
}

// The same scenario and seed give the same record, byte for byte, when played
// twice and on any number of workers; no scenario beats the bound; every
// expectation is met.
func TestLibrary(t *testing.T) {
	for _, name := range scenarios.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := library(t, name)
			out, want := play(t, s, 1)
			for _, e := range out.Summary.Expectations {
				if !e.Met {
					t.Errorf("not met: %s (%s); %s", e.Expect, e.Actual, rerun(s))
				}
			}
			checkBound(t, s, &out.Summary)
			if testing.Short() {
				return
			}
			const workers = 8
			_, got := play(t, library(t, name), workers)
			same(t, got, want, fmt.Sprintf("again, with %d workers", workers), rerun(s))
		})
	}
}

// Another seed gives another record, and two workers the same one as one.
func TestSeedsAndWorkers(t *testing.T) {
	s := load(t, small)
	_, want := play(t, s, 1)
	_, again := play(t, load(t, small), 2)
	same(t, again, want, "with 2 workers", rerun(s))
	s.Seed++
	if _, other := play(t, s, 2); bytes.Equal(other["peers.csv"].Bytes(), want["peers.csv"].Bytes()) {
		t.Error("two seeds give the same record")
	}
}

func same(t *testing.T, got, want memory, how, rerun string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d files, not %d; %s", how, len(got), len(want), rerun)
	}
	for name := range want {
		if got[name] == nil || !bytes.Equal(got[name].Bytes(), want[name].Bytes()) {
			t.Errorf("%s: %s differs; %s", how, name, rerun)
		}
	}
}

func checkBound(t *testing.T, s *scenario.Scenario, sum *record.Summary) {
	t.Helper()
	if sum.CompletionS.Count > 0 && sum.CompletionS.Last < *sum.BoundS {
		t.Errorf("last completion %v s beats the bound %v s; %s", sum.CompletionS.Last, *sum.BoundS, rerun(s))
	}
}

// With the event log on, everything else is the same, and the log too.
func TestEventLogIsDeterministic(t *testing.T) {
	_, plain := play(t, load(t, small), 1)
	_, one := play(t, load(t, small, "record.events=true"), 1)
	_, two := play(t, load(t, small, "record.events=true"), 2)
	same(t, two, one, "with 2 workers", "")
	if one["events.parquet"] == nil || one["events.parquet"].Len() < 1000 {
		t.Fatal("no event log")
	}
	for name := range plain {
		if name != "scenario.yaml" && !bytes.Equal(plain[name].Bytes(), one[name].Bytes()) {
			t.Errorf("the event log changed %s", name)
		}
	}
}

// randomClient is a known client or a mixture of strategies.
func randomClient(r *rapid.T) string {
	var profiles []string
	for _, p := range scenario.Profiles() {
		profiles = append(profiles, p.Name)
	}
	if rapid.Bool().Draw(r, "known client") {
		return "profile: " + rapid.SampledFrom(profiles).Draw(r, "profile")
	}
	var pickers []string
	for _, p := range Catalogue().Pickers {
		pickers = append(pickers, p.Name)
	}
	return fmt.Sprintf("choker: %s, picker: %s, end_game: %s, assignment: %s, backlog: %s",
		rapid.SampledFrom([]string{"tit-for-tat", "random", "never"}).Draw(r, "choker"), rapid.SampledFrom(pickers).Draw(r, "picker"),
		rapid.SampledFrom(assign.EndGames().Names()).Draw(r, "end game"), rapid.SampledFrom(assign.Rules().Names()).Draw(r, "sharing"), rapid.SampledFrom([]string{"rate", "mainline"}).Draw(r, "requests"))
}

// Random scenarios: nobody beats the bound, blocks are conserved (Run checks
// it), and whoever stays completes. Everybody dials two at least: who is content
// with one neighbour may stay in an island without the seed.
func TestRandomScenarios(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := fmt.Sprintf(`
name: random
seed: %d
content: {size: %d kB, piece: %d KiB}
network: {latency: 5 ms to %d ms, segment: %s, transport: %s}
client: {%s, connections: {dial_target: %d}}
groups:
  - {name: seed, count: %d, seed: true, link: {up: %d kB/s, down: 1 MB/s}}
  - name: leechers
    count: %d
    link: {up: 50 kB/s to 500 kB/s, down: %d kB/s}
    arrival: {pattern: %s}
    stay: %s
stop: {deadline: 24 h}`,
			rapid.IntRange(1, 1e6).Draw(r, "seed"), rapid.IntRange(1, 3000).Draw(r, "size"), rapid.SampledFrom([]int{16, 40, 256}).Draw(r, "piece"),
			rapid.IntRange(5, 200).Draw(r, "latency"), rapid.SampledFrom([]string{"1500 B", "16 KiB"}).Draw(r, "segment"),
			rapid.SampledFrom([]string{"ideal", "tcp, congestion: reno", "tcp, loss: 0.02, jitter: 20 ms", "utp, queue: {up: 8 KiB, discipline: fq-codel}"}).Draw(r, "transport"),
			randomClient(r), rapid.IntRange(2, 40).Draw(r, "initiate"),
			rapid.IntRange(1, 2).Draw(r, "seeds"), rapid.IntRange(50, 2000).Draw(r, "seed up"),
			rapid.IntRange(1, 12).Draw(r, "leechers"), rapid.IntRange(100, 3000).Draw(r, "down"),
			rapid.SampledFrom([]string{"at-once", "poisson, rate: 0.5 /s", "flash-crowd, decay: 20 s"}).Draw(r, "arrival"),
			rapid.SampledFrom([]string{"0 s", "forever", "exponential 20 s"}).Draw(r, "stay"))
		s := load(t, text)
		out, err := Run(context.Background(), s, Options{Workers: 1, Create: memory{}.create})
		if err != nil {
			r.Fatal(err)
		}
		if sum := out.Summary; sum.CompletionS.Count > 0 && sum.CompletionS.Last < *sum.BoundS {
			r.Fatalf("last completion %v beats the bound %v in\n%s", sum.CompletionS.Last, *sum.BoundS, text)
		}
		if out.Summary.CompletionS.Count != s.Groups[1].Count {
			r.Fatalf("%d of %d completed in\n%s", out.Summary.CompletionS.Count, s.Groups[1].Count, text)
		}
	})
}

// The last leecher's requests to the seed were rejected, as it had cancelled
// them in favour of others that left then. It completes over a second connection
// to the seed, as with real clients; where there is none it looks again after
// five minutes.
func TestASecondConnectionEndsAStall(t *testing.T) {
	const text = `
name: stall
seed: 739448
content: {size: 1229 kB, piece: 256 KiB}
network: {latency: 5 ms to 18 ms, segment: 1500 B, transport: ideal}
client: {profile: anacrolix-1.61, connections: {dial_target: 22}}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 57 kB/s, down: 1 MB/s}}
  - name: leechers
    count: 11
    link: {up: 50 kB/s to 500 kB/s, down: 2019 kB/s}
    arrival: {pattern: flash-crowd, decay: 20 s}
    stay: 0 s
stop: {deadline: 1 h}`
	var last [2]record.Seconds
	for i, twice := range []bool{false, true} {
		out, _ := play(t, load(t, text, fmt.Sprintf("client.connections.allow_duplicates=%v", twice)), 1)
		if n := out.Summary.CompletionS.Count; n != 11 {
			t.Errorf("two connections %v: %d completed", twice, n)
		}
		last[i] = out.Summary.VirtualS
	}
	if last[0] < last[1]+60 {
		t.Errorf("all are done after %v s with one connection, after %v s with two", last[0], last[1])
	}
}

// A seed with 8 times the leechers' uplink, 100 leechers, 64 MiB, links that
// are alike and downlinks that do not bind: the last completes within 1.25
// times the lower bound.
func TestHundredLeechersComeNearTheBound(t *testing.T) {
	s := load(t, closed, "groups.leechers.count=100", "groups.seed.link.up=8 MB/s", "groups.leechers.link.down=10 MB/s",
		"client.connections.dial_target=40", "client.connections.max=80")
	out, _ := play(t, s, 2)
	if last, bound := out.Summary.CompletionS.Last, *out.Summary.BoundS; last > 1.25*bound {
		t.Errorf("last %v s, bound %v s: %.3f times", last, bound, last/bound)
	}
}

// The smallest measured swarm of real clients: 1 seed and 8 leechers, all 1 MB/s
// up and 4 MB/s down, 50 ms round trip. Real ones take 50 to 95 s on average.
func TestEightLeechersLikeRealOnes(t *testing.T) {
	s := load(t, `
name: eight
content: {size: 32 MiB, piece: 256 KiB}
network: {latency: 25 ms}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 4 MB/s}}
  - {name: leechers, count: 8, link: {up: 1 MB/s, down: 4 MB/s}}
`)
	for s.Seed = range uint64(5) {
		out, _ := play(t, s, 1)
		if mean := out.Summary.CompletionS.Mean; mean > 60 || mean < *out.Summary.BoundS {
			t.Errorf("seed %d: mean %v s, bound %v s", s.Seed, mean, *out.Summary.BoundS)
		}
	}
}

// Real bytes and encoded messages change nothing in the record, and every
// finished peer holds the source's bytes: also where blocks are corrupted on
// the way, which is caught.
func TestRealPayloadAndWireChangeNothing(t *testing.T) {
	for _, corrupt := range []string{"0", "0.03"} {
		base := []string{"groups.leechers.corrupt=" + corrupt, "groups.leechers.crash=0"}
		plain, want := play(t, load(t, small, base...), 1)
		for _, sets := range [][]string{{"payload=real"}, {"wire=real"}, {"payload=real", "wire=real"}} {
			out, got := play(t, load(t, small, append(sets, base...)...), 2)
			for name := range want {
				if name != "scenario.yaml" && !bytes.Equal(got[name].Bytes(), want[name].Bytes()) {
					t.Errorf("corrupt %s, %v: %s differs", corrupt, sets, name)
				}
			}
			if sets[0] == "payload=real" && out.Verified != 12 {
				t.Errorf("corrupt %s: %d peers verified, want 12", corrupt, out.Verified)
			}
		}
		c := plain.Summary.Corrupt
		if corrupt != "0" && (c.BlocksSent == 0 || c.PiecesCaught == 0) {
			t.Errorf("no corruption: %+v", c)
		}
		if corrupt == "0" && c != (record.Corrupt{}) {
			t.Errorf("corruption out of nowhere: %+v", c)
		}
	}
}

// One who sends nothing but corrupt blocks is found out by everybody, and the
// others complete.
func TestCorruptSenderIsBanned(t *testing.T) {
	s := load(t, `
name: corrupt
content: {size: 2 MiB, piece: 64 KiB}
payload: real
groups:
  - {name: seed, count: 1, seed: true, link: {up: 200 kB/s, down: 1 MB/s}}
  - {name: poisoner, count: 1, seed: true, corrupt: 1, link: {up: 1 MB/s, down: 1 MB/s}}
  - {name: leechers, count: 8, link: {up: 200 kB/s, down: 1 MB/s}}
stop: {deadline: 20 min}
`)
	out, _ := play(t, s, 1)
	if out.Summary.CompletionS.Count != 8 || out.Verified != 8 {
		t.Errorf("%d completed, %d verified", out.Summary.CompletionS.Count, out.Verified)
	}
	if c := out.Summary.Corrupt; c.Banned != 8 {
		t.Errorf("%d of 8 leechers banned the poisoner: %+v", c.Banned, c)
	}
}

// Content from a file, a folder and a .torrent has its real lengths and hashes.
func TestRealContent(t *testing.T) {
	files := fstest.MapFS{
		"d/album/1.flac": {Data: bytes.Repeat([]byte("one"), 50_000)},
		"d/album/2.flac": {Data: bytes.Repeat([]byte("two"), 30_001)},
		"d/one.bin":      {Data: bytes.Repeat([]byte("x"), 123_456)},
	}
	for path, length := range map[string]int64{"album": 240_003, "one.bin": 123_456} {
		text := strings.Replace(small, "size: 2 MiB", "path: "+path, 1)
		s, err := scenario.Load(scenario.Source{Text: []byte(text), Shown: "x", Files: files, Dir: "d",
			Sets: []string{"payload=real", "groups.leechers.crash=0"}, Catalogue: Catalogue()})
		if err != nil {
			t.Fatal(err)
		}
		out, err := Run(context.Background(), s, Options{Workers: 1, Files: files, Dir: "d", Create: memory{}.create})
		if err != nil {
			t.Fatal(err)
		}
		if out.Summary.ContentBytes != length || out.Verified != 12 {
			t.Errorf("%s: %d bytes, %d verified", path, out.Summary.ContentBytes, out.Verified)
		}
	}
}

// The library's seed-loss tells what its text says: as the seed crashes every
// piece is out and nobody else is complete, and all complete all the same.
func TestSeedLossIsSurvived(t *testing.T) {
	out, files := play(t, library(t, "seed-loss"), 2)
	if out.Summary.Unfinished != 0 || len(out.Summary.Events) != 1 || out.Summary.Events[0].AtS != 100 || out.Summary.Events[0].Event != "seed: crash" {
		t.Errorf("%d unfinished, events %v", out.Summary.Unfinished, out.Summary.Events)
	}
	for line := range strings.Lines(files["timeseries.csv"].String()) {
		if cells := strings.Split(line, ","); cells[0] == "100" && (cells[1] != "60" || cells[2] != "1" && cells[2] != "0" || cells[10] != "0") {
			t.Errorf("as the seed crashes there are %s leechers, %s seeds and %s pieces missing", cells[1], cells[2], cells[10])
		}
	}
}

// Free-riders that have completed are no seeds.
func TestFinishedFreeRidersAreNoSeeds(t *testing.T) {
	s := load(t, small, "groups.leechers.stay=forever", "groups.leechers.client.seed_choker=never")
	_, files := play(t, s, 1)
	lines := strings.Split(strings.TrimSpace(files["timeseries.csv"].String()), "\n")
	head, last := strings.Split(lines[0], ","), strings.Split(lines[len(lines)-1], ",")
	value := map[string]string{}
	for i := range head {
		value[head[i]] = last[i]
	}
	if value["seeds"] != "2" || value["complete_not_uploading"] == "0" {
		t.Errorf("%s seeds, %s complete and not uploading", value["seeds"], value["complete_not_uploading"])
	}
}

// A seed with gives leaves when it has sent that much, not what only waits in its
// send buffers.
func TestGivesIsSent(t *testing.T) {
	for _, transport := range []string{"ideal", "tcp", "utp"} {
		s := load(t, closed, "network.transport="+transport, "groups.seed.seed_ratio=1.15", "groups.leechers.count=10", "content.size=8 MiB", "groups.seed.link.up=1 MB/s")
		out, _ := play(t, s, 1)
		if c := float64(out.Summary.SeedCopies); c < 1.15 || c > 1.25 {
			t.Errorf("%s: it leaves with %v copies sent", transport, c)
		}
	}
}

// A seed that is lost too soon leaves pieces that nobody has: the run says which
// and ends by itself.
func TestSeedLostTooSoon(t *testing.T) {
	out, _ := play(t, library(t, "seed-loss", "events[0].at=20 s"), 2)
	sum := out.Summary
	if sum.Ended != "starved" || sum.PiecesGone == 0 || sum.PiecesGoneList == "" || sum.CompletionS.Count != 0 {
		t.Errorf("ended %s with %d pieces gone (%s), %d completed", sum.Ended, sum.PiecesGone, sum.PiecesGoneList, sum.CompletionS.Count)
	}
}

// The provider's cost: with a server it grows with the crowd, with a swarm it
// hardly does.
func TestSwarmSparesTheProvider(t *testing.T) {
	copies := func(name string, n int) float64 {
		out, _ := play(t, library(t, name, fmt.Sprintf("groups.leechers.count=%d", n), "content.size=16 MiB"), 2)
		if out.Summary.CompletionS.Count != n {
			t.Fatalf("%s: %d of %d completed", name, out.Summary.CompletionS.Count, n)
		}
		return float64(out.Summary.SeedCopies)
	}
	if got := copies("client-server", 100); got != 100 {
		t.Errorf("a server sent %.2f copies to 100 clients", got)
	}
	if ten, hundred := copies("flash-crowd", 10), copies("flash-crowd", 100); hundred > 3*ten || hundred > 15 {
		t.Errorf("a seed sent %.2f copies to 10 and %.2f to 100", ten, hundred)
	}
}

// A run that is interrupted leaves a record of what was, marked incomplete.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	files := memory{}
	out, err := Run(ctx, load(t, small), Options{Workers: 2, Create: files.create, Progress: func(p Progress) {
		if p.Now > 10*time.Second {
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !out.Summary.Incomplete || out.Summary.Ended != "interrupted" || out.Summary.VirtualS > 12 {
		t.Errorf("%+v", out.Summary)
	}
	if !strings.Contains(files["summary.json"].String(), `"incomplete": true`) || files["peers.csv"].Len() == 0 {
		t.Error("the record does not say so")
	}
}

// Events do what they say: a link changes, the tracker is away, a group is cut
// off and comes back, a share leaves.
func TestEvents(t *testing.T) {
	base := strings.Replace(small, "poisson, rate: 1 /s", "at-once", 1)
	base = strings.Replace(base, "stay: exponential 10 s", "stay: forever", 1)
	mean := func(events string) float64 {
		out, _ := play(t, load(t, base, "events="+events), 1)
		if out.Summary.CompletionS.Count != 12 {
			t.Errorf("%s: %d of 12 completed", events, out.Summary.CompletionS.Count)
		}
		return float64(out.Summary.CompletionS.Mean)
	}
	calm := mean("[]")
	if slow := mean("[{at: 1 s, action: link, group: seed, up: 20 kB/s, down: 1 MB/s}]"); slow < 1.5*calm {
		t.Errorf("with slow seeds %.1f s, else %.1f s", slow, calm)
	}
	if split := mean("[{at: 2 s, action: partition, group: seed, for: 60 s}]"); split < calm+20 {
		t.Errorf("cut off for a minute %.1f s, else %.1f s", split, calm)
	}
	mean("[{at: 0.5 s, action: tracker-outage, for: 60 s}]")
	mean("[{at: 1 s, action: crash, group: seed, share: 0.5}]")
	out, _ := play(t, load(t, base, "events=[{at: 3 s, action: leave, group: leechers, share: 0.5}]"), 1)
	if out.Summary.GaveUp != 6 || out.Summary.CompletionS.Count != 6 {
		t.Errorf("half of 12 left: %d gave up, %d completed", out.Summary.GaveUp, out.Summary.CompletionS.Count)
	}
}

func TestPatience(t *testing.T) {
	out, files := play(t, load(t, small, "groups.leechers.give_up=500 ms"), 1)
	if out.Summary.GaveUp != 12 || !strings.Contains(files["peers.csv"].String(), "gave-up") {
		t.Errorf("%d of 12 gave up", out.Summary.GaveUp)
	}
}

// Regions have the latencies they say: far from the seed is later.
func TestRegions(t *testing.T) {
	out, _ := play(t, load(t, `
name: regions
content: {size: 256 KiB, piece: 64 KiB}
tracker: {region: near}
network:
  regions:
    - {name: near, to: {near: 5 ms, far: 400 ms}}
    - {name: far, to: {far: 5 ms}}
groups:
  - {name: seed, count: 1, seed: true, region: near, link: {up: 10 MB/s, down: 10 MB/s}}
  - {name: close, count: 1, region: near, link: {up: 1 MB/s, down: 10 MB/s}}
  - {name: remote, count: 1, region: far, link: {up: 1 MB/s, down: 10 MB/s}}
`), 1)
	g := out.Summary.Groups
	if near, far := g[1].CompletionS.Mean, g[2].CompletionS.Mean; near > 1 || far < 2 || far > 10 {
		t.Errorf("near the seed %v s, far from it %v s", near, far)
	}
}
