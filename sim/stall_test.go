package sim

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"swarmsim/client/assign"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// Downloads that stood still for good, each for a reason of its own: every
// leecher completes, and next to nothing is sent twice.
func TestDownloadsThatStoodStill(t *testing.T) {
	swarm := func(head, seed, leechers string) string {
		return fmt.Sprintf(`
name: stood-still
%s
groups:
  - {name: seed, count: 1, seed: true, %s}
  - {name: leechers, %s}
stop: {deadline: 6 h}`, head, seed, leechers)
	}
	for _, c := range []struct {
		name, text string
		twice      int64 // blocks that may come twice
	}{
		// A writer looks for requests when none is out; those that are set aside are not.
		{"requests set aside and turns", swarm("content: {size: 2 MiB}\nclient: {profile: libtorrent-2, upload: {batch_writes: true}}",
			"link: {up: 10 MB/s, down: 10 MB/s}", "count: 1, link: {up: 20 kB/s, down: 20 kB/s}"), 0},
		// A block later than the neighbour's pace allows comes for a piece that is not begun any more.
		{"a late block of a piece given back", swarm("content: {size: 16 KiB}\nclient: {profile: libtorrent-2}\nnetwork: {segment: 1500 B}",
			"link: {up: 1 kB/s, down: 10 MB/s}", "count: 3, link: {up: 10 kB/s, down: 20 kB/s}"), 3},
		// Nobody can pass on what it gets of a seed that waits for that.
		{"super-seeding to leechers that cannot be dialed", swarm("content: {size: 2 MiB, piece: 64 KiB}",
			"link: {up: 1 MB/s, down: 10 MB/s}, client: {reveal: super-seeding}", "count: 5, nat: 1, link: {up: 200 kB/s, down: 200 kB/s}"), 10},
		// The tracker's answer takes longer than anybody waited for it.
		{"a latency of 8 s", swarm("content: {size: 1 MiB, piece: 64 KiB}\nnetwork: {latency: 8 s}",
			"link: {up: 1 MB/s, down: 10 MB/s}", "count: 5, link: {up: 200 kB/s, down: 200 kB/s}"), 70},
		// It is unchoked again while requests of before the choke are under way.
		{"super-seeding to one", swarm("content: {size: 1 MiB, piece: 64 KiB}",
			"link: {up: 1 MB/s, down: 10 MB/s}, client: {reveal: super-seeding}", "count: 1, link: {up: 200 kB/s, down: 200 kB/s}"), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := load(t, c.text)
			out, _ := play(t, s, 1)
			if sum := &out.Summary; sum.Unfinished > 0 || sum.Blocks.Duplicate > c.twice {
				t.Errorf("%d unfinished after %v s, blocks %+v in\n%s", sum.Unfinished, sum.VirtualS, sum.Blocks, c.text)
			}
		})
	}
}

// At a deadline the summary says what leechers were waiting for.
func TestWaiting(t *testing.T) {
	const text = `
name: late
content: {size: 1 MiB, piece: 64 KiB}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 20 kB/s, down: 1 MB/s}}
  - {name: leechers, count: 3, link: {up: 100 kB/s, down: 1 MB/s}}
stop: {deadline: 30 s}`
	at := func(s record.Seconds) *record.Seconds { return &s }
	for _, c := range []struct {
		name string
		sets []string
		want *record.Waiting
	}{
		{"for blocks", []string{"client.choker=never"}, &record.Waiting{Leechers: 3, Blocks: 3, LastBlockS: at(29)}},
		{"for a slot", []string{"client.choker=never", "client.seed_choker=never"}, &record.Waiting{Leechers: 3, Unchoke: 3}},
		{"for pieces", []string{"client.reveal=super-seeding", "groups.leechers.nat=1", "groups.seed.link.up=1 MB/s", "stop.deadline=90 s"}, &record.Waiting{Leechers: 3, Pieces: 3, LastBlockS: at(0)}},
		{"for an answer of the tracker", []string{"events=[{at: 0 s, action: tracker-outage, for: 1 h}]"}, &record.Waiting{Leechers: 3, Addresses: 3}},
		{"until the deadline", []string{"stop.when=deadline"}, nil},
		{"not at all", []string{"groups.seed.link.up=1 MB/s"}, nil},
	} {
		out, files := play(t, load(t, text, c.sets...), 1)
		got := out.Summary.Waiting
		if (got != nil) != strings.Contains(files["summary.json"].String(), `"waiting"`) {
			t.Errorf("%s: %+v, but summary.json says otherwise", c.name, got)
		}
		if got == nil || c.want == nil {
			if got != c.want {
				t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
			}
			continue
		}
		if (got.LastBlockS != nil) != (c.want.LastBlockS != nil) || got.LastBlockS != nil && *got.LastBlockS < *c.want.LastBlockS || (got.RateBytesPerSec > 0) != (got.LastBlockS != nil) {
			t.Errorf("%s: last block and rate in %+v", c.name, got)
		}
		got.LastBlockS, got.RateBytesPerSec, c.want.LastBlockS = nil, 0, nil
		if *got != *c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

// drawn is a swarm whose members are honest and can reach each other, and how
// long it may go without anything of use coming to anybody.
type drawn struct {
	text     string
	patience time.Duration
}

// drawSwarm draws a small swarm from all that scenarios can say.
func drawSwarm(seed uint64) drawn {
	r := rand.New(rand.NewPCG(seed, 0x57a11))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	often := func(p float64) bool { return r.Float64() < p }
	log := func(low, high float64) float64 { return low * math.Pow(high/low, r.Float64()) }
	slowest := math.Inf(1)
	rate := func() string {
		x := math.Round(log(1e3, 1.25e9))
		slowest = min(slowest, x)
		return fmt.Sprintf("%.0f B/s", x)
	}
	link := func() string { return fmt.Sprintf("link: {up: %s, down: %s}", rate(), rate()) }
	latency := time.Duration(log(1e6, 12e9)).Round(time.Millisecond)
	lowest := latency
	if often(0.3) {
		lowest = max(time.Millisecond, latency/time.Duration(1+r.IntN(20))).Round(time.Millisecond)
	}
	network := fmt.Sprintf("latency: %d ms to %d ms, segment: %s", lowest.Milliseconds(), latency.Milliseconds(), pick("1500 B", "4 KiB", "16 KiB", "16 KiB"))
	switch pick("ideal", "ideal", "tcp", "utp") {
	case "ideal":
		network += pick("", "", ", control_messages: out-of-band", ", window: 16 KiB")
	case "tcp":
		network += ", transport: tcp" + pick("", ", congestion: reno")
		network += pick("", "", ", loss: 0.01", ", jitter: 20 ms", ", queue: {discipline: fq-codel}", ", queue: {up: 8 KiB}", ", queue: {down: 32 KiB}")
	case "utp":
		network += ", transport: utp"
		network += pick("", "", ", loss: 0.01", ", jitter: 20 ms", ", queue: {discipline: fq-codel}", ", queue: {up: 8 KiB}")
	}
	blocks := int(log(1, 200))
	piece := pick("16 KiB", "40 KiB", "64 KiB", "256 KiB", "1 MiB")
	leechers := 1 + r.IntN(7)
	client := drawClient(r, latency)
	text := fmt.Sprintf(`
name: drawn
seed: %d
content: {size: %d B, piece: %s}
network: {%s}
tracker: {interval: %s, expire: 1 h}
client: {%s}
groups:
  - {name: seed, count: %d, seed: true, %s, client: {reveal: %s}}
  - {name: leechers, count: %d, %s, nat: %s, arrival: {%s}, stay: %s}
`, seed, int64(blocks-1)<<14+1+r.Int64N(1<<14), piece, network, pick("30 min", "5 min"), client,
		1+r.IntN(2), link(), pick("all", "all", "super-seeding", "smart-seed"),
		leechers, link(), pick("0", "0", "0.5", "1"), pick("pattern: at-once", "pattern: spread, over: 5 min", "pattern: poisson, rate: 0.1 /s"), pick("forever", "forever", "0 s", "exponential 1 min"))
	if often(0.3) {
		leechers++
		text += fmt.Sprintf("  - {name: others, count: 1, %s, client: {%s}}\n", link(), drawProfile(r, latency))
	}
	// What waits for a block may wait for those of all others, and for many that
	// each of them has asked for, or that were asked for in vain; and TCP may send
	// but a few packets a round trip.
	block := time.Duration(float64(16<<10) / slowest * float64(time.Second))
	patience := max(10*time.Minute, 100*block*time.Duration(leechers+2), 1000*latency)
	text += fmt.Sprintf("record: {interval: 10 s}\nstop: {deadline: %d s}\n", int((time.Duration(blocks)*block*time.Duration(20*leechers) + 20*patience).Seconds()))
	return drawn{text, patience}
}

// drawClient draws a known client, as it is or with another way to do something,
// or a mixture of strategies.
func drawClient(r *rand.Rand, latency time.Duration) string {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	if r.IntN(3) > 0 {
		out := drawProfile(r, latency)
		if r.IntN(3) > 0 {
			return out
		}
		more := []string{"request_timeout: adaptive", "request_timeout: fixed", "end_game: " + pick(assign.EndGames().Names()...), "assignment: " + pick(assign.Rules().Names()...),
			"backlog: " + pick("rate", "fixed", "slow-start", "mainline", "bursts"), "unchoke: " + pick("immediate", "on-interest", "on-release", "periodic"), "picker: " + drawPicker(r)}
		if !strings.Contains(out, "aria2") {
			more = append(more, "upload: {batch_writes: true}")
		}
		return out + ", " + pick(more...)
	}
	out := fmt.Sprintf("choker: %s, seed_choker: %s, picker: %s, end_game: %s, assignment: %s, backlog: %s, unchoke: %s, request_timeout: %s, interest: %s",
		drawChoker(r, true), drawChoker(r, false), drawPicker(r), pick(assign.EndGames().Names()...), pick(assign.Rules().Names()...),
		pick("rate", "fixed", "slow-start", "refill", "doubling", "bursts", "mainline"),
		pick("immediate", "immediate", "on-interest", "on-release", "periodic", "per-block"), pick("fixed", "fixed", "adaptive"), pick("immediate", "immediate", "periodic"))
	if r.IntN(2) == 0 {
		out += fmt.Sprintf(", fast_extension: true, requests_on_choke: %s, on_cancel: %s", pick("drop", "keep", "discard-late-blocks"), pick("silent", "reject", "await-reject"))
		out += pick("", ", allowed_fast_set_size: 5", ", allowed_fast_set_size: 5, allowed_fast_sent: on-interest", ", ignore_allowed_fast: true", ", suggest_pieces: 3")
	} else {
		out += ", requests_on_choke: " + pick("drop", "discard-late-blocks")
	}
	switch r.IntN(4) {
	case 0:
		out += ", pulse_interval: 500 ms" + pick("", ", have_delay: 10 s")
	case 1:
		out += ", refresh_interval: 1 s" + pick("", ", inactivity_timeout: 1 h")
	case 2:
		out += ", upload: {batch_writes: true}"
	}
	return out + pick("", "", ", max_unverified: 1 MiB", ", first_last_piece_priority: true", ", rate_window: 2 s") + longHandshake(latency)
}

// drawProfile draws a known client, which waits long enough for a handshake.
func drawProfile(r *rand.Rand, latency time.Duration) string {
	known := scenario.Profiles()
	out := "profile: " + known[r.IntN(len(known))].Name + longHandshake(latency)
	if strings.Contains(out, "aria2") {
		out += ", inactivity_timeout: 1 h" // it is to wait for a block of the slowest link
	}
	return out
}

func longHandshake(latency time.Duration) string {
	return fmt.Sprintf(", handshake_timeout: %d ms", (3*latency + 30*time.Second).Milliseconds())
}

// drawChoker leaves out those that are made to refuse somebody for good: never;
// of a seed, which gets nothing back, those that go by what they get, or give less
// and less to who is content with it; and one that is half of a schedule.
func drawChoker(r *rand.Rand, leeching bool) string {
	var known []string
	for _, s := range Catalogue().Chokers {
		switch s.Name {
		case "binomial-pipeline":
		case "never", "surplus", "block-tit-for-tat", "bittyrant":
			if leeching {
				known = append(known, s.Name)
			}
		default:
			known = append(known, s.Name)
		}
	}
	return known[r.IntN(len(known))]
}

func drawPicker(r *rand.Rand) string {
	var known []string
	for _, s := range Catalogue().Pickers {
		if s.Name != "binomial-pipeline" {
			known = append(known, s.Name)
		}
	}
	return known[r.IntN(len(known))]
}

// No swarm whose members are honest and can reach each other stops for good:
// every leecher completes, or something of use still came to somebody shortly
// before the deadline. Swarms are drawn by number; STALL_FROM and STALL_COUNT
// hunt elsewhere and for longer.
func TestNoSwarmStops(t *testing.T) {
	from, count := envInt(t, "STALL_FROM", 1), envInt(t, "STALL_COUNT", 300)
	if testing.Short() {
		count = min(count, 50)
	}
	for i := from; i < from+count; i++ {
		d := drawSwarm(uint64(i))
		rerun := fmt.Sprintf("%s\nrerun with: STALL_FROM=%d STALL_COUNT=1 go test ./sim -run TestNoSwarmStops", d.text, i)
		s := load(t, d.text)
		ctx, stop := context.WithCancel(context.Background())
		last, stalled := time.Duration(0), time.Duration(0)
		_, err := Run(ctx, s, Options{Workers: 1, Create: memory{}.create, Progress: func(p Progress) {
			if p.Goodput > 0 || p.Leechers == 0 {
				last = p.Now
			}
			if p.Now-last > d.patience {
				stalled = p.Now
				stop()
			}
		}})
		stop()
		if err != nil {
			t.Errorf("%v in\n%s", err, rerun)
		}
		if stalled > 0 {
			s.Stop.Deadline = scenario.Duration(stalled)
			out, _ := play(t, s, 1)
			t.Errorf("nothing of use came since %v; %v later %+v, blocks %+v in\n%s", last, stalled-last, out.Summary.Waiting, out.Summary.Blocks, rerun)
		}
	}
}

func envInt(t *testing.T, name string, unless int) int {
	text := os.Getenv(name)
	if text == "" {
		return unless
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}
