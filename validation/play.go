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

// load reads a scenario of this package.
func load(name string, text []byte, sets []string, seed uint64) (*scenario.Scenario, error) {
	s, err := scenario.Load(scenario.Source{Text: text, Shown: name, Files: embed.FS{}, Dir: ".", Sets: sets, Catalogue: sim.Catalogue()})
	if err == nil {
		s.Seed = seed
	}
	return s, err
}

// play runs a scenario and returns what each peer uploaded, by group.
func play(ctx context.Context, s *scenario.Scenario, piece func(sim.Piece)) (uploaded [][]float64, o *sim.Outcome, err error) {
	files := map[string]*bytes.Buffer{}
	o, err = sim.Run(ctx, s, sim.Options{Workers: 1, Piece: piece, Create: func(name string) (io.WriteCloser, error) {
		files[name] = &bytes.Buffer{}
		return nopCloser{files[name]}, nil
	}})
	if err != nil {
		return nil, nil, err
	}
	if ctx.Err() != nil {
		return nil, nil, ctx.Err()
	}
	rows, err := csv.NewReader(files[record.PeersFile]).ReadAll()
	if err != nil {
		return nil, nil, err
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	uploaded = make([][]float64, len(s.Groups))
	for _, row := range rows[1:] {
		x, err := strconv.ParseFloat(row[column["uploaded_bytes"]], 64)
		if err != nil {
			return nil, nil, fmt.Errorf("reading the record: %w", err)
		}
		for g := range s.Groups {
			if s.Groups[g].Name == row[column["group"]] {
				uploaded[g] = append(uploaded[g], x)
			}
		}
	}
	return uploaded, o, nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
