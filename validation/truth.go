package validation

import (
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"swarmsim/sim"
)

// clients are the measured clients, with the names of their runs, their profiles and the
// tolerances.
var clients = []struct {
	run, name, profile string
	within             float64
}{
	{"lt", "libtorrent-rasterbar 2.0.8", "libtorrent-2", 0.15},
	{"tr", "Transmission 3.00", "transmission-3", 0.15},
	{"aria", "aria2 1.36.0", "aria2", 0.15},
	{"ana", "anacrolix/torrent 1.61.0", "anacrolix-1.61", 0.15},
}

// curves are the shares of the content, in percent, whose times are compared; 10 and 90 have
// no tolerance.
var curves = []int{10, 25, 50, 75, 90, 100}

const curveWithin = 0.15

// truthCases are the measured swarms, a case for each scenario in measured.csv.
func truthCases() []Case {
	file, err := files.Open("truth/measured.csv")
	if err != nil {
		panic(err) // the file is embedded
	}
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		panic(err)
	}
	var out []Case
	for _, r := range replays() {
		expected := measured(rows, r.name, r.within)
		if expected == nil {
			continue
		}
		out = append(out, Case{
			Name: r.name, Kind: "truth", About: r.about,
			Source:   "real clients on Linux's TCP, " + Plural(len(expected[0].Runs), "run"),
			Run:      func(ctx context.Context, seed uint64) (map[string]float64, error) { return runTruth(ctx, r.sets, seed) },
			Expected: expected,
		})
	}
	return out
}

// replay is a simulation of the measured swarm with one client.
type replay struct {
	name, about string
	sets        []string
	within      float64
}

func replays() []replay {
	var out []replay
	for _, c := range clients {
		profile := "client.profile=" + c.profile
		out = append(out,
			replay{c.run + "8", c.name + ": one seed and eight leechers, uplinks of 1 MB/s", []string{profile}, c.within},
			replay{c.run + "8seed2", c.name + ": the same with a " +
				"seed of 2 MB/s", []string{profile, "groups.seed.link.up=2 MB/s"}, c.within})
	}
	return out
}

// Plural returns a number with a noun.
func Plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// measured returns the expected values of a scenario, from the rows of measured.csv.
func measured(rows [][]string, name string, within float64) []Expected {
	var out []Expected
	add := func(measure, unit string, within float64) {
		column := slices.Index(rows[0], measure)
		e := Expected{Measure: measure, Unit: unit, Within: within}
		for _, row := range rows[1:] {
			if scenario, _, _ := strings.Cut(row[0], "-"); scenario != name {
				continue
			}
			x, err := strconv.ParseFloat(row[column], 64)
			if err != nil {
				panic(err)
			}
			e.Runs = append(e.Runs, x)
			e.Value += x
		}
		if len(e.Runs) > 0 {
			e.Value /= float64(len(e.Runs))
			out = append(out, e)
		}
	}
	add("mean", "s", within)
	add("last", "s", within)
	add("dup", "", within)
	add("t1piece", "s", 0)
	for _, share := range curves {
		tolerance := min(within, curveWithin)
		if share == 10 || share == 90 {
			tolerance = noTolerance
		}
		add(fmt.Sprintf("t%d_union", share), "s", tolerance)
		add(fmt.Sprintf("t%d_mean", share), "s", tolerance)
	}
	add("gini_up", "", 0)
	return out
}

// runTruth plays the measured swarm and returns its measures.
func runTruth(ctx context.Context, sets []string, seed uint64) (map[string]float64, error) {
	s, err := load("truth/swarm8.yaml", sets, seed)
	if err != nil {
		return nil, err
	}
	const start = 3 * time.Second // the leechers' arrival
	leechers, pieces := s.Groups[1].Count, int(s.Content.Size/s.Content.Piece)
	seen := make([]bool, pieces)
	union, total := 0, 0
	out := map[string]float64{}
	note := func(name string, at time.Duration) {
		if _, known := out[name]; !known {
			out[name] = (at - start).Seconds()
		}
	}
	run, err := play(ctx, "truth/swarm8.yaml", sets, seed, func(p sim.Piece) {
		total++
		if !seen[p.Piece] {
			seen[p.Piece] = true
			union++
		}
		if total >= leechers {
			note("t1piece", p.At)
		}
		for _, share := range curves {
			if union*100 >= share*pieces {
				note(fmt.Sprintf("t%d_union", share), p.At)
			}
			if total*100 >= share*pieces*leechers {
				note(fmt.Sprintf("t%d_mean", share), p.At)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	if err := run.checkCompleted(); err != nil {
		return nil, err
	}
	out["mean"], out["last"] = float64(run.Summary.CompletionS.Mean), float64(run.Summary.CompletionS.Last)
	out["dup"] = float64(*run.Summary.SeedCopiesAtUnion)
	var uploaded []float64
	for _, row := range run.peers {
		if x, ok := number(row, "uploaded_bytes"); ok && row["seed"] == "false" {
			uploaded = append(uploaded, x)
		}
	}
	out["gini_up"] = gini(uploaded)
	return out, nil
}

// gini returns the Gini index: 0 if all values are equal, 1 if one value is all of the sum.
func gini(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	sum, weighted := 0.0, 0.0
	for i, v := range x {
		sum += v
		weighted += float64(float64(i+1) * v)
	}
	n := float64(len(x))
	if sum == 0 {
		return 0
	}
	return 2*weighted/(n*sum) - (n+1)/n
}
