package sim

import (
	"fmt"
	"strings"
	"testing"
)

// misbehaving are groups of peers that do what no honest client does.
var misbehaving = []struct{ name, group string }{
	{"none", ""},
	{"free-riders", "client: {choker: never, seed_choker: never}"},
	{"many connections", "client: {choker: never, seed_choker: never, " +
		"connections: {dial_target: 200, max: 200, min_peers: 200, numwant: 200}, " +
		"misbehaviour: {forced_announce_interval: 5 s}}"},
	{"over-reporters that do not answer", "client: {misbehaviour: {over_report: 0.8}}"},
	{"over-reporters that reject", "client: {misbehaviour: {over_report: 0.8, over_report_reply: reject}}"},
	{"over-reporters that send garbage", "client: {misbehaviour: {over_report: 0.8, over_report_reply: garbage}}"},
	{"under-reporters", "client: {misbehaviour: {under_report: 0.5}}"},
	{"slow uploaders", "client: {misbehaviour: {peer_rate_limit: 300 B/s}}"},
	{"corrupters", "corrupt: 0.3"},
	{"sybils", "sybils: 100"},
}

// With any misbehaving group present, honest peers complete in less than four times the time that
// they take alone, and blocks are conserved (Run checks this).
func TestHonestPeersSurvive(t *testing.T) {
	alone := 0.0
	for _, m := range misbehaving {
		bad := ""
		if m.group != "" {
			bad = "\n  - {name: bad, count: 10, link: {up: 200 kB/s, down: 1 MB/s}, " + m.group + "}"
		}
		s := load(t, fmt.Sprintf(`
name: misbehaviour
content: {size: 8 MiB, piece: 128 KiB}
client: {fast_extension: true}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 400 kB/s, down: 1 MB/s}}
  - {name: honest, count: 15, link: {up: 200 kB/s, down: 1 MB/s}, arrival: {pattern: spread, over: 10 s, start: 30 s}}%s
stop: {deadline: 15 min}`, bad))
		out, _ := play(t, s, 1)
		honest := out.Summary.Groups[1].CompletionS
		if m.group == "" {
			alone = float64(honest.Mean)
		}
		t.Logf("%s: mean %.0f s, last %.0f s", m.name, float64(honest.Mean), float64(honest.Last))
		if honest.Count != 15 || float64(honest.Mean) > 4*alone {
			t.Errorf("%s: %d of 15 honest peers completed, in %.0f s; alone they take %.0f s",
				m.name, honest.Count, float64(honest.Mean), alone)
		}
	}
}

// A seed with a seed ratio departs when it has sent that many copies. A ratio above one suffices
// for its leechers if it reveals its pieces one by one.
func TestSeedRatioSuffices(t *testing.T) {
	s := load(t, `
name: gives
content: {size: 16 MiB, piece: 128 KiB}
groups:
  - {name: seed, count: 1, seed: true, seed_ratio: 1.3, link: {up: 400 kB/s, down: 1 MB/s}, client: {reveal: smart-seed}}
  - {name: leechers, count: 10, link: {up: 200 kB/s, down: 1 MB/s}}
stop: {deadline: 1 h}`)
	out, files := play(t, s, 1)
	if sent := float64(out.Summary.SeedCopies); sent < 1.3 || sent > 1.35 {
		t.Errorf("the seed sent %v copies", sent)
	}
	if out.Summary.Unfinished > 0 || !strings.Contains(files["peers.csv"].String(), ",left,") {
		t.Errorf("%d did not complete; peers:\n%s", out.Summary.Unfinished, files["peers.csv"])
	}
}

// A peer that claims pieces it lacks and sends garbage for them is detected and banned.
func TestLiarsAreBanned(t *testing.T) {
	s := load(t, small, "groups[0].count=1", "groups.seed.client.misbehaviour={}",
		"client.misbehaviour={over_report: 0.5, over_report_reply: garbage}")
	out, _ := play(t, s, 1)
	if c := out.Summary.Corrupt; c.BlocksSent == 0 || c.PiecesCaught == 0 || c.Banned == 0 {
		t.Errorf("garbage: %+v", c)
	}
}
