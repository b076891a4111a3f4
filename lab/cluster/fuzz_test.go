package cluster

import (
	"context"
	"testing"

	"swarmsim/lab/trial"
)

// A store takes no row but that of a run that it asked for, whatever a machine sends.
func FuzzPut(f *testing.F) {
	work := sweepOf(f, tiny, "fuzz")
	runs := work.Runs(4)
	row, err := work.Play(context.Background(), runs[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(0, 0, runs[0].Key, row)
	f.Add(2, 3, "", []byte(`{"key":""}`))
	f.Fuzz(func(t *testing.T, cell, nth int, key string, text []byte) {
		stored := trial.Rows{}
		store := NewStore(work, nil, func(r *trial.Row) error { stored[r.Key] = r; return nil })
		r := Run{Cell: cell, Nth: nth, Key: key}
		err := store.Put(r, text)
		_, unknown := work.find(r)
		if (err == nil) != (len(stored) == 1) || err == nil && (unknown != nil || stored[key] == nil || len(store.Missing()) != len(runs)-1) {
			t.Errorf("%v, stored %v", err, stored)
		}
		if err == nil && store.Put(r, text) != nil {
			t.Error("the same row is refused the second time")
		}
	})
}
