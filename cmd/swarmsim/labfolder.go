package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"swarmsim/lab"
)

// labFolder is the results folder of a sweep: a journal that grows as runs end,
// and what they come to once all are there.
type labFolder struct {
	path    string
	journal *os.File
	rows    lab.Rows
}

// openLabFolder opens or makes a results folder and reads its journal. Only one
// process at a time may have it. With again what is there is forgotten.
func openLabFolder(path string, again bool) (*labFolder, error) {
	name := filepath.Join(path, lab.JournalFile)
	if exists(path) && !exists(name) {
		entries, err := os.ReadDir(path)
		switch {
		case err != nil:
			return nil, usageError{err}
		case len(entries) > 0 && !(again && looksLikeResults(path)):
			return nil, usageError{fmt.Errorf("%s exists and is not a sweep's results folder; give another with -o", path)}
		case len(entries) > 0:
			if err := os.RemoveAll(path); err != nil {
				return nil, err
			}
		}
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return nil, usageError{err}
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return nil, usageError{err}
	}
	d := &labFolder{path: path, journal: f}
	if err := d.open(again); err != nil {
		f.Close()
		return nil, err
	}
	return d, nil
}

func (d *labFolder) open(again bool) error {
	if err := syscall.Flock(int(d.journal.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return usageError{fmt.Errorf("another swarmsim is at work in %s", d.path)}
	}
	if again {
		if err := d.journal.Truncate(0); err != nil {
			return err
		}
	}
	rows, sound, err := lab.ReadJournal(d.journal)
	if err != nil {
		return err
	}
	d.rows = rows
	return d.journal.Truncate(sound)
}

// begin takes away what earlier runs came to: it is not what these will.
func (d *labFolder) begin() error {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() != lab.JournalFile {
			err = errors.Join(err, os.RemoveAll(filepath.Join(d.path, e.Name())))
		}
	}
	return err
}

// keep adds a row.
func (d *labFolder) keep(r *lab.Row) error {
	d.rows[r.Key] = r
	return lab.AppendRow(d.journal, r)
}

// write makes all files but the journal.
func (d *labFolder) write(plan *lab.Plan, o *lab.Outcome, noPlots bool) error {
	return plan.Write(d.rows, o, !noPlots, func(name string) (io.WriteCloser, error) {
		return os.Create(filepath.Join(d.path, name))
	})
}

func (d *labFolder) close() { d.journal.Close() }

// identity tells this build of the program from others: rows that another made,
// in which a strategy may have been another, are not this one's.
var identity = sync.OnceValues(func() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
})
