package lab

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"swarmsim/sim"
	"swarmsim/sim/record"
)

// Row is the result of one run.
type Row struct {
	Key         string               `json:"key"`
	Ended       string               `json:"ended"`
	Values      map[string]float64   `json:"values"`      // every number of the summary
	Leechers    int                  `json:"leechers"`    // that arrived
	Completions map[string][]float64 `json:"completions"` // seconds from arrival to completion, by group
}

// Play plays one run, with one worker: the runs of a sweep are played concurrently.
func (p *Plan) Play(ctx context.Context, r Run) (*Row, error) {
	c := &p.Cells[r.Cell]
	s := *c.scenario
	s.Seed, s.Record.Events = r.Seed, false
	var peers bytes.Buffer
	create := func(name string) (io.WriteCloser, error) {
		if name == record.PeersFile {
			return nopCloser{&peers}, nil
		}
		return nopCloser{io.Discard}, nil
	}
	o, err := sim.Run(ctx, &s, sim.Options{Workers: 1, Files: c.source.Files, Dir: c.source.Dir, Create: create})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name(r), err)
	}
	row := &Row{Key: r.Key, Ended: string(o.Summary.Ended), Values: o.Summary.Values()}
	delete(row.Values, "seed")
	return row, row.readPeers(&peers)
}

// Name returns the command that plays the run alone or, if the scenario is part of the
// sweep file, the values that distinguish it.
func (p *Plan) Name(r Run) string {
	c := &p.Cells[r.Cell]
	text := "swarmsim run " + quote(p.Sweep.Scenario.Name)
	if p.Sweep.Scenario.Name == "" {
		text = "the scenario of " + p.Sweep.Name + " with"
	}
	for _, set := range c.Sets {
		text += " --set " + quote(set)
	}
	return text + " --seed " + strconv.FormatUint(r.Seed, 10)
}

// quote quotes a word for a shell.
func quote(s string) string {
	if !strings.ContainsAny(s, " '\"[]{}*?$&;|<>()\\`#~!,") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// readPeers reads the completion times of leechers from peers.csv.
func (r *Row) readPeers(text io.Reader) error {
	lines, err := csv.NewReader(text).ReadAll()
	if err != nil {
		return err
	}
	column := map[string]int{}
	for i, name := range lines[0] {
		column[name] = i
	}
	r.Completions = map[string][]float64{}
	for _, l := range lines[1:] {
		if l[column["seed"]] == "true" {
			continue
		}
		r.Leechers++
		if seconds, err := strconv.ParseFloat(l[column["download_s"]], 64); err == nil { // empty if it did not complete
			g := l[column["group"]]
			r.Completions[g] = append(r.Completions[g], seconds)
		}
	}
	return nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
