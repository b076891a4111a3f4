package cluster

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"sync"

	"swarmsim/lab/trial"
)

// SweepStore is the Store of a sweep.
type SweepStore struct {
	sweep *Sweep
	add   func(*trial.Row) error

	mu   sync.Mutex // guards rows and calls of add
	rows trial.Rows
}

// NewStore returns a store that holds rows already, and that passes each new one to add, such as
// the Append of a journal. An error of add is an error of Put, and the row is then not stored.
func NewStore(sweep *Sweep, rows trial.Rows, add func(*trial.Row) error) *SweepStore {
	s := &SweepStore{sweep: sweep, rows: trial.Rows{}, add: add}
	for key, row := range rows {
		s.rows[key] = row
	}
	return s
}

// Rows returns the rows that are stored. They are a copy of the map.
func (s *SweepStore) Rows() trial.Rows {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.rows)
}

// Missing implements Store.
func (s *SweepStore) Missing() []Run {
	s.mu.Lock()
	defer s.mu.Unlock()
	missing, _ := s.sweep.plan.Next(s.rows)
	var out []Run
	for _, r := range missing {
		out = append(out, s.sweep.run(r))
	}
	return out
}

// Put implements Store.
func (s *SweepStore) Put(r Run, text []byte) error {
	if _, err := s.sweep.find(r); err != nil {
		return err
	}
	row, err := trial.ParseRow(text)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrGarbled, err)
	}
	if row.Key != r.Key {
		return fmt.Errorf("%w: its key is %.40q, not %q", ErrGarbled, row.Key, r.Key)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if stored := s.rows[row.Key]; stored != nil {
		if !SameRow(stored, row) {
			return fmt.Errorf("%w: %s", ErrConflict, s.sweep.Name(r))
		}
		return nil
	}
	if err := s.add(row); err != nil {
		return err
	}
	s.rows[row.Key] = row
	return nil
}

// SameRow reports whether two rows say the same.
func SameRow(a, b *trial.Row) bool {
	x, err := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err == nil && err2 == nil && bytes.Equal(x, y)
}
