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
	"swarmsim/sim/scenario"
)

// drawnSwarm is a swarm whose peers are honest and can connect to each other.
type drawnSwarm struct {
	text     string        // of the scenario
	patience time.Duration // the longest time that may pass without a useful block arriving at any peer
}

// drawSwarm draws a small swarm from most of what scenarios can express.
func drawSwarm(seed uint64) drawnSwarm {
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
	network := fmt.Sprintf("latency: %d ms to %d ms, segment: %s",
		lowest.Milliseconds(), latency.Milliseconds(), pick("1500 B", "4 KiB", "16 KiB", "16 KiB"))
	switch pick("ideal", "ideal", "tcp", "utp") {
	case "ideal":
		network += pick("", "", ", control_messages: out-of-band", ", window: 16 KiB")
	case "tcp":
		network += ", transport: tcp" + pick("", ", congestion: reno")
		network += pick("", "", ", loss: 0.01", ", jitter: 20 ms",
			", queue: {discipline: fq-codel}", ", queue: {up: 8 KiB}", ", queue: {down: 32 KiB}")
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
		leechers, link(), pick("0", "0", "0.5", "1"),
		pick("pattern: at-once", "pattern: spread, over: 5 min", "pattern: poisson, rate: 0.1 /s"),
		pick("forever", "forever", "0 s", "exponential 1 min"))
	if often(0.3) {
		leechers++
		text += fmt.Sprintf("  - {name: others, count: 1, %s, client: {%s}}\n", link(), drawProfile(r, latency))
	}
	// A request may wait for the blocks of all other peers, for many that each of them has
	// requested, and for some requested in vain. TCP may send only a few packets per round trip.
	block := time.Duration(float64(16<<10) / slowest * float64(time.Second))
	patience := max(10*time.Minute, 100*block*time.Duration(leechers+2), 1000*latency)
	deadline := time.Duration(blocks)*block*time.Duration(20*leechers) + 20*patience
	text += fmt.Sprintf("record: {interval: 10 s}\nstop: {deadline: %d s}\n", int(deadline.Seconds()))
	return drawnSwarm{text, patience}
}

// drawClient draws a known client, with or without one setting changed, or a mixture of
// strategies.
func drawClient(r *rand.Rand, latency time.Duration) string {
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	if r.IntN(3) > 0 {
		out := drawProfile(r, latency)
		if r.IntN(3) > 0 {
			return out
		}
		more := []string{
			"request_timeout: adaptive",
			"request_timeout: fixed",
			"end_game: " + pick(assign.EndGames().Names()...),
			"assignment: " + pick(assign.Rules().Names()...),
			"backlog: " + pick("rate", "fixed", "slow-start", "mainline", "bursts"),
			"unchoke: " + pick("immediate", "on-interest", "on-release", "periodic"),
			"picker: " + drawPicker(r),
		}
		if !strings.Contains(out, "aria2") {
			more = append(more, "event_loop: writer")
		}
		return out + ", " + pick(more...)
	}
	out := fmt.Sprintf("choker: %s, seed_choker: %s, picker: %s, end_game: %s, assignment: %s, "+
		"backlog: %s, unchoke: %s, request_timeout: %s, interest: %s",
		drawChoker(r, true), drawChoker(r, false), drawPicker(r), pick(assign.EndGames().Names()...), pick(assign.Rules().Names()...),
		pick("rate", "fixed", "slow-start", "refill", "doubling", "bursts", "mainline"),
		pick("immediate", "immediate", "on-interest", "on-release", "periodic", "per-block"),
		pick("fixed", "fixed", "adaptive"), pick("immediate", "immediate", "periodic"))
	if r.IntN(2) == 0 {
		out += fmt.Sprintf(", fast_extension: true, requests_on_choke: %s, on_cancel: %s",
			pick("drop", "keep", "discard-late-blocks"), pick("silent", "reject", "await-reject"))
		out += pick("", ", allowed_fast_set_size: 5", ", allowed_fast_set_size: 5, allowed_fast_sent: on-interest",
			", ignore_allowed_fast: true", ", suggest_pieces: 3")
	} else {
		out += ", requests_on_choke: " + pick("drop", "discard-late-blocks")
	}
	switch r.IntN(4) {
	case 0:
		out += ", event_loop: {name: pulse, interval: 500 ms" + pick("", ", have_delay: 10 s") + "}"
	case 1:
		out += ", event_loop: run-queue" + pick("", ", inactivity_timeout: 1 h")
	case 2:
		out += ", event_loop: writer"
	}
	out += pick("", "", ", max_unverified: 1 MiB", ", first_last_piece_priority: true", ", rate_window: 2 s")
	return out + longHandshake(latency)
}

// drawProfile draws a known client whose handshake timeout suits the latency.
func drawProfile(r *rand.Rand, latency time.Duration) string {
	known := scenario.Profiles()
	out := "profile: " + known[r.IntN(len(known))].Name + longHandshake(latency)
	if strings.Contains(out, "aria2") {
		out += ", inactivity_timeout: 1 h" // long enough for a block over the slowest link
	}
	return out
}

func longHandshake(latency time.Duration) string {
	return fmt.Sprintf(", handshake_timeout: %d ms", (3*latency + 30*time.Second).Milliseconds())
}

// drawChoker leaves out chokers that may refuse a peer for good: never; for seeds, which receive
// nothing, those that reward what they receive, or that give ever less to a peer that accepts
// less; and binomial-pipeline, which works only with the picker of that name.
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

// No swarm of honest peers that can connect to each other stalls: either every leecher completes,
// or a useful block arrived somewhere shortly before the deadline. Swarms are drawn by number;
// STALL_FROM and STALL_COUNT choose other numbers.
func TestNoSwarmStalls(t *testing.T) {
	from, count := envInt(t, "STALL_FROM", 1), envInt(t, "STALL_COUNT", 300)
	if testing.Short() {
		count = min(count, 50)
	}
	for i := from; i < from+count; i++ {
		d := drawSwarm(uint64(i))
		rerun := fmt.Sprintf("%s\nrerun with: STALL_FROM=%d STALL_COUNT=1 go test ./sim -run TestNoSwarmStalls", d.text, i)
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
			t.Errorf("no useful block arrived after %v; %v later %+v, blocks %+v in\n%s",
				last, stalled-last, out.Summary.Waiting, out.Summary.Blocks, rerun)
		}
	}
}

// envInt returns an integer from the environment, or a default.
func envInt(t *testing.T, name string, def int) int {
	text := os.Getenv(name)
	if text == "" {
		return def
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}
