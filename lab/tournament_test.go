package lab

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"swarmsim/lab/sweep"
	"swarmsim/lab/trial"
)

// cup is a tournament on long paths. A client with a single request outstanding at a neighbour is
// slower there than the default, whatever the others do; one with another interval of keep-alives is
// its equal.
const cup = `name: cup
kind: tournament
scenario:
  name: cup
  content: {size: 1 MiB, piece: 64 KiB}
  network: {latency: 200 ms}
  groups:
    - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
    - {name: leechers, count: 10, link: {up: 200 kB/s to 1 MB/s, down: 4 MB/s}, stay: 0 s}
  record: {interval: 30 s}
seeds: 9
variants:
  usual: {}
  one-request: {client.backlog: {name: fixed, depth: 1}}
  equal: {client.keep_alive_interval: 119 s}
`

// The known winner wins, alone and at both shares; its equal ties with it.
func TestTournament(t *testing.T) {
	p := mustPlan(t, cup+"expect: [\"usual.robustness > one-request.robustness, clear\"]\n")
	rows := trial.Rows{}
	o := p.Result(rows, playAll(t, p, rows))
	byName := map[string]Standing{}
	for _, s := range o.Tournament.Ranking {
		byName[s.Variant] = s
	}
	usual, slow, equal := byName["usual"], byName["one-request"], byName["equal"]
	if slow.Rank != 3 || slow.Robustness != 0 || slow.Aggressiveness != 0 || slow.Performance > 0.8 || slow.Front || !slow.Shown {
		t.Errorf("the slow one: %+v", slow)
	}
	if usual.Robustness != 1 || usual.Aggressiveness != 0.5 || math.Abs(float64(usual.Performance-1)) > 1e-9 || !usual.Front || !usual.Default {
		t.Errorf("the default: %+v", usual)
	}
	if math.Abs(float64(usual.Score-equal.Score)) > 1e-9 || equal.Shown {
		t.Errorf("the default and its equal: %+v, %+v", usual, equal)
	}
	for _, g := range o.Tournament.Games {
		back := o.Tournament.at(g.share, g.opponent, g.variant, 3)
		if g.Share == 0.5 && math.Abs(float64(g.Advantage+back.Advantage)) > 1e-9 {
			t.Errorf("at 50 %% %s gains %v over %s, which loses %v", g.Variant, g.Advantage, g.Opponent, back.Advantage)
		}
		want := 0.0
		switch "one-request" {
		case g.Variant:
			want = -1
		case g.Opponent:
			want = 1
		}
		if sign := math.Copysign(1, float64(g.Advantage)); g.Shown != (want != 0) || want != 0 && sign != want || want == 0 && math.Abs(float64(g.Advantage)) > 1e-9 {
			t.Errorf("%s as %v against %s: %+v", g.Variant, g.Share, g.Opponent, g)
		}
	}
	if !o.Expectations[0].Met {
		t.Errorf("%+v", o.Expectations)
	}
	var text bytes.Buffer
	if err := o.Print(&text, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"3 variants, alone and in 12 games x 9 random seeds = 135 runs",
		"Of equal and one-request, the other two of the first three, one-request alone differs significantly from the default usual",
		"at 10 % 4 of 6 games show an advantage",
		"At 50 % 2 of 3 pairs show an advantage",
		"over the default",
	} {
		if !strings.Contains(strings.ToLower(text.String()), strings.ToLower(want)) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
}

// The runs of a tournament are a plain list with keys. Played at the same time and in another order,
// they give the same files.
func TestTournamentInAnyOrder(t *testing.T) {
	text := strings.Replace(cup, "seeds: 9", "seeds: 2", 1)
	write := func(p *Plan, rows trial.Rows) map[string]*bytes.Buffer {
		files := map[string]*bytes.Buffer{}
		err := p.Write(rows, p.Result(rows, 2), true, func(name string) (io.WriteCloser, error) {
			files[name] = &bytes.Buffer{}
			return nopCloser{files[name]}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return files
	}
	p := mustPlan(t, text)
	rows := trial.Rows{}
	playAll(t, p, rows)
	first := write(p, rows)

	q := mustPlan(t, text)
	runs := q.Runs(2)
	if len(runs) != 2*15 || len(runs) != 2*len(q.Cells) {
		t.Fatalf("%d runs of %d cells", len(runs), len(q.Cells))
	}
	slices.Reverse(runs)
	again := trial.Rows{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for part := range slices.Chunk(runs, 8) {
		wg.Go(func() {
			for _, r := range part {
				row, err := q.Play(context.Background(), r)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				again[row.Key] = row
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	second := write(q, again)
	for _, name := range []string{RankingFile, GamesFile, "ranking.parquet", "games.parquet", "invasion-10.svg", "invasion-50.svg", "performance-robustness.svg", PageFile} {
		if first[name] == nil {
			t.Errorf("no %s", name)
		}
	}
	for name, text := range first {
		if second[name] == nil || !bytes.Equal(text.Bytes(), second[name].Bytes()) {
			t.Errorf("%s differs", name)
		}
	}
	if head, _, _ := strings.Cut(first[RunsFile].String(), "\n"); !strings.Contains(head, "variant,opponent,share,client.backlog") ||
		!strings.Contains(head, "groups.leechers-a.completion_s.mean") || strings.Contains(head, "usual") {
		t.Errorf("runs.csv has the columns %s", head)
	}
}

// Every pair has its games where they are looked for. Variants may be a cross product.
func TestGames(t *testing.T) {
	p := mustPlan(t, strings.Replace(cup, "variants:", "vary: {client.picker: [rarest-first, random], client.choker.slots: [2, 4]}\nshares: [50 %, 20 %]\ncompare: usual + random + slots 4\nvariants:", 1))
	if len(p.Variants) != 12 || p.Variants[0] != "usual + rarest-first + slots 2" || p.baseline() != 3 || len(p.Cells) != 12+2*12*11 {
		t.Fatalf("%d variants %q, baseline %d, %d cells", len(p.Variants), p.Variants, p.baseline(), len(p.Cells))
	}
	for share := range 2 {
		for v := range p.Variants {
			for o := range p.Variants {
				c := &p.Cells[p.gameAt(share, v, o)]
				if c.Variant != v || c.game.opponent != o || v != o && c.game.share != p.Sweep.Shares[share] {
					t.Fatalf("at %d, %d against %d: %+v", share, v, o, c.game)
				}
			}
		}
	}
	last := &p.Cells[p.gameAt(1, 11, 0)]
	var groups []string
	for _, g := range last.trial.Scenario.Groups {
		groups = append(groups, fmt.Sprint(g.Name, " ", g.Count))
	}
	if got := strings.Join(groups, ", "); got != "seed 1, leechers-a 2, leechers-b 8" {
		t.Error(got)
	}
	if got := p.Name(p.run(p.gameAt(1, 11, 0), 1)); got != "cup: equal + random + slots 4 as 20 % against usual + rarest-first + slots 2, seed 2" {
		t.Error(got)
	}
}

// Problems of a tournament are reported with their place in the file.
func TestTournamentProblems(t *testing.T) {
	const scenarioText = "scenario: {name: x, content: {size: 1 MiB}, groups: [{name: s, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}, {name: l, count: 8, link: {up: 1 MB/s, down: 1 MB/s}}]}\n"
	for text, want := range map[string]string{
		"kind: torunament\n":                                                                                              "s.yaml:3:7: kind: \"torunament\" is not one of sweep, tournament",
		"shares: [50 %]\nvariants: {a: {}}\n":                                                                             "s.yaml:3:9: shares: are for tournaments",
		"kind: tournament\nvariants: {a: {}}\n":                                                                           "s.yaml:4:11: variants: a tournament needs two variants or more",
		"kind: tournament\nvariants: {a: {}, b: {groups.l.count: 9}}\n":                                                   "s.yaml:4:39: groups.l.count: variants of a tournament are clients of one swarm",
		"kind: tournament\nvary: {content.piece: [32 KiB, 64 KiB]}\n":                                                     "s.yaml:4:24: content.piece: variants of a tournament are clients of one swarm",
		"kind: tournament\nvary: {client.picker: [random, randm]}\n":                                                      `s.yaml:4:32: groups[1].client.picker: there is no picker "randm"`,
		"kind: tournament\nshares: [5 %]\nvary: {client.picker: [random, rarest-first]}\n":                                "s.yaml:4:9: shares: 5 % of the 8 leechers is none",
		"kind: tournament\nshares: [60 %]\nvary: {client.picker: [random, rarest-first]}\n":                               "s.yaml:4:10: shares[0]: 60 % is more than 50 %",
		"kind: tournament\nshares: [20 %, 10 %]\nvary: {client.picker: [random, rarest-first]}\n":                         "s.yaml:4:16: shares[1]: 10 % is not the second of two shares",
		"kind: tournament\nshares: [50 %, 20 %, 10 %]\nvary: {client.picker: [random, rarest-first]}\n":                   "s.yaml:4:9: shares: there are 3",
		"kind: tournament\nshares: [half]\nvary: {client.picker: [random, rarest-first]}\n":                               `s.yaml:4:10: shares[0]: "half" is not a share`,
		"kind: tournament\nmetrics: [completion.mean]\nvary: {client.picker: [random, rarest-first]}\n":                   "s.yaml:4:10: metrics: a tournament has measures of its own: score, performance, robustness, aggressiveness",
		"kind: tournament\ncrn: false\nvary: {client.picker: [random, rarest-first]}\n":                                   "s.yaml:4:6: crn: a tournament needs common random numbers",
		"kind: tournament\ntarget_ci: 2 %\nvary: {client.picker: [random, rarest-first]}\n":                               "s.yaml:4:12: target_ci: is not for tournaments",
		"kind: tournament\nvary: {client.choker.slots: 1..99}\n":                                                          "99 variants at 2 shares give 19503 combinations; at most 10000 are played",
		"kind: tournament\nshares: [50 %]\nexpect: [random.speed > 0.5]\nvary: {client.picker: [random, rarest-first]}\n": `there is no measure "speed"; a tournament has score, performance, robustness`,
		"kind: tournament\ncompare: randm\nvary: {client.picker: [random, rarest-first]}\n":                               `s.yaml:4:10: compare: there is no variant "randm", did you mean "random"?`,
	} {
		if _, err := planOf("name: x\n" + scenarioText + text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v\nwant %s", text, err, want)
		}
	}
}

// What the conclusion says of a ranking.
func TestConclusion(t *testing.T) {
	rank := func(names string) *Tournament {
		out := &Tournament{}
		for i, name := range strings.Fields(names) {
			bare, shown := strings.CutSuffix(name, "*")
			out.Ranking = append(out.Ranking, Standing{Rank: i + 1, Variant: bare, Default: bare == "d", Shown: shown})
		}
		return out
	}
	const ends = " of 5 (score, 10 seeds, corrected for multiple comparisons)"
	for ranking, want := range map[string]string{
		"a* b* c* d e": "the first three, a, b and c, differ significantly from the default d, which is 4th" + ends,
		"a* b c* e d":  "of the first three, a, b and c, a and c alone differ significantly from the default d, which is 5th" + ends,
		"a b c e* d":   "none of the first three, a, b and c, differs significantly from the default d, which is 5th" + ends,
		"d a b* c* e*": "no variant ranks before the default; of a and b, the other two of the first three, b alone differs significantly from the default d, which is first" + ends,
		"a* d b* c e":  "a and b, the other two of the first three, differ significantly from the default d, which is second" + ends,
		"a d b c e":    "none of a and b, the other two of the first three, differs significantly from the default d, which is second" + ends,
	} {
		o := &SweepResult{Seeds: 10, Comparisons: []Comparison{{Variant: "a", Metric: sweep.Score}}}
		if got := rank(ranking).conclusion(o); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", ranking, got, want)
		}
	}
}
