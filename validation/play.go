package validation

import (
	"bytes"
	"context"
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

//go:embed truth theory published links
var files embed.FS

// load loads a scenario of this package.
func load(name string, sets []string, seed uint64) (*scenario.Scenario, error) {
	text, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	s, err := scenario.Load(scenario.Source{
		Text:      text,
		Shown:     name,
		Files:     files,
		Dir:       ".",
		Sets:      sets,
		Catalogue: sim.Catalogue(),
	})
	if err == nil {
		s.Seed = seed
	}
	return s, err
}

// run is a finished run with its record.
type run struct {
	*sim.Result
	scenario *scenario.Scenario
	peers    table // a row per peer
	series   table // a row per sample
}

// play plays a scenario of this package. It calls piece, unless it is nil, for every piece
// that a peer completes.
func play(ctx context.Context, name string, sets []string, seed uint64, piece func(sim.Piece)) (*run, error) {
	s, err := load(name, sets, seed)
	if err != nil {
		return nil, err
	}
	written := map[string]*bytes.Buffer{}
	s.Record = s.Record.WithoutEventLog()
	o, err := sim.Run(ctx, s, sim.Options{Workers: 1, Piece: piece, Create: func(name string) (io.WriteCloser, error) {
		written[name] = &bytes.Buffer{}
		return nopCloser{written[name]}, nil
	}})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	p := &run{Result: o, scenario: s}
	if p.peers, err = readTable(written[record.PeersFile]); err != nil {
		return nil, err
	}
	p.series, err = readTable(written[record.TimeSeriesFile])
	return p, err
}

// checkCompleted returns an error if a leecher did not complete.
func (p *run) checkCompleted() error {
	if p.Summary.Unfinished > 0 {
		return fmt.Errorf("%d leechers did not complete with seed %d", p.Summary.Unfinished, p.scenario.Seed)
	}
	return nil
}

// table is a CSV file: for each row the cells by column.
type table []map[string]string

func readTable(r io.Reader) (table, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, err
	}
	out := make(table, 0, len(rows))
	for _, row := range rows[1:] {
		line := map[string]string{}
		for i, name := range rows[0] {
			line[name] = row[i]
		}
		out = append(out, line)
	}
	return out, nil
}

// number returns a cell's value, and whether there is one.
func number(row map[string]string, column string) (float64, bool) {
	x, err := strconv.ParseFloat(row[column], 64)
	return x, err == nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
