package lab

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"swarmsim/lab/trial"
)

// Provenance says what the result of a sweep was computed from. It is the same whatever machines
// played the runs.
type Provenance struct {
	Name        string       `json:"name"`
	SweepSHA256 string       `json:"sweep_sha256"` // of the sweep with its scenario, as meta.json has it
	Seeds       SeedsPlayed  `json:"seeds"`
	Runs        int          `json:"runs"`        // a run for each cell and seed; equal ones are played once
	RowsSHA256  string       `json:"rows_sha256"` // of the keys of all rows and the digests of their records, in the order of the journal
	Cells       []CellDigest `json:"cells"`
}

// SeedsPlayed are the seeds of each cell.
type SeedsPlayed struct {
	First  uint64 `json:"first"`
	Count  int    `json:"count"`
	CRN    bool   `json:"crn"`              // common random numbers
	Stride uint64 `json:"stride,omitempty"` // without them: from the first seed of a cell to that of the next
}

// CellDigest identifies the resolved scenario of a cell, with the files that it names, but without
// its name, seed and expectations.
type CellDigest struct {
	Variant        string       `json:"variant,omitempty"`
	At             []FieldValue `json:"at,omitempty"`
	ScenarioSHA256 string       `json:"scenario_sha256"`
}

// Provenance describes the sweep with that number of seeds for each cell.
func (p *Plan) Provenance(rows trial.Rows, seeds int) (*Provenance, error) {
	text, err := p.Sweep.Text(p.base)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	out := &Provenance{
		Name:        p.Sweep.Name,
		SweepSHA256: hex.EncodeToString(sum[:]),
		Seeds:       SeedsPlayed{First: p.Sweep.Seeds.First, Count: seeds, CRN: p.Sweep.CRN},
		Runs:        seeds * len(p.Cells),
	}
	if !p.Sweep.CRN {
		out.Seeds.Stride = seedStride
	}
	h := sha256.New()
	for _, key := range p.Keys(seeds) {
		if row := rows[key]; row != nil {
			fmt.Fprintln(h, key, row.Record)
		}
	}
	out.RowsSHA256 = hex.EncodeToString(h.Sum(nil))
	for i := range p.Cells {
		c := &p.Cells[i]
		out.Cells = append(out.Cells, CellDigest{p.Variants[c.Variant], c.At, hex.EncodeToString(c.trial.Resolved[:])})
	}
	return out, nil
}

// Keys returns the keys of the rows of the sweep with that number of seeds, in the order of a
// finished journal.
func (p *Plan) Keys(seeds int) []string {
	var out []string
	listed := map[string]bool{}
	for _, r := range p.Runs(seeds) {
		if !listed[r.Key] {
			listed[r.Key] = true
			out = append(out, r.Key)
		}
	}
	return out
}
