package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"swarmsim/bounded"
	"swarmsim/lab"
	"swarmsim/sim/record"
)

// labFolder is the results folder of a sweep: a journal that grows as runs end,
// and what they come to once all are there.
type labFolder struct {
	path    string
	journal *os.File
	rows    lab.Rows
	damaged int // lines of the journal that cannot be read
	meta    labMeta
}

// labMeta says what a sweep's results folder is of, in meta.json: it depends on
// the machine, as a run's does.
type labMeta struct {
	Program  string   `json:"program"`  // the build whose runs the journal has
	Compared string   `json:"compared"` // a digest of what is compared
	Name     string   `json:"scenario"` // as the sweep or the command had it; empty where it is part of the sweep
	Dir      string   `json:"dir"`      // that paths in the scenario start from
	Sweep    string   `json:"sweep"`    // all of it, as YAML
	Files    []string `json:"files"`    // that the sweep has written here

	Aliases map[string]string `json:"aliases,omitempty"` // other names of variants in expectations
}

// metaLimit bounds meta.json, which holds a sweep and its scenario.
const metaLimit = 16 << 20

func readLabMeta(dir string) (labMeta, error) {
	var m labMeta
	text, err := bounded.ReadFile(disk{}, filepath.Join(dir, record.MetaFile), metaLimit)
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	return m, err
}

// openLabFolder opens or makes a results folder and reads its journal. Only one
// process at a time may have it. With again what is there is forgotten.
func openLabFolder(path string, again bool) (*labFolder, error) {
	name := filepath.Join(path, lab.JournalFile)
	if err := makeRoom(path, again); err != nil {
		return nil, err
	}
	if st, err := os.Lstat(name); err == nil && !st.Mode().IsRegular() {
		return nil, usageError{fmt.Errorf("%s is %s, not a journal; give another folder with -o", name, bounded.Kind(st.Mode()))}
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
	cleanFiles(path)
	d.meta, _ = readLabMeta(path) // there is none in a new folder, and none to trust in a damaged one
	return d, nil
}

// makeRoom makes the folder, unless something else stands there.
func makeRoom(path string, again bool) error {
	entries, err := os.ReadDir(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return usageError{fmt.Errorf("%s cannot be a results folder: %w", path, bounded.Reason(err))}
	case len(entries) > 0 && !exists(filepath.Join(path, lab.JournalFile)):
		if !again || !looksLikeResults(path) {
			return usageError{fmt.Errorf("%s exists and is not a sweep's results folder; give another with -o", path)}
		}
		if err := removeFiles(path, runFiles); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(path, 0o755); err != nil {
		return usageError{err}
	}
	return nil
}

func (d *labFolder) open(again bool) error {
	if !lock(d.journal) {
		return usageError{fmt.Errorf("another swarmsim is at work in %s", d.path)}
	}
	if again {
		if err := d.journal.Truncate(0); err != nil {
			return err
		}
	}
	beginning := make([]byte, 10)
	n, err := d.journal.ReadAt(beginning, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !lab.LooksLikeJournal(beginning[:n]) {
		return usageError{fmt.Errorf("%s is not a journal of this version's sweeps; give another folder with -o, or --force to begin anew", filepath.Join(d.path, lab.JournalFile))}
	}
	rows, sound, damaged, err := lab.ReadJournal(d.journal)
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", filepath.Join(d.path, lab.JournalFile), err)}
	}
	d.rows, d.damaged = rows, damaged
	return d.journal.Truncate(sound)
}

// begin takes away what earlier runs came to: it is not what these will. Only
// what the sweep itself has written goes; whatever else is in the folder stays.
func (d *labFolder) begin(meta labMeta) error {
	if err := d.removeAllBut(nil); err != nil {
		return err
	}
	d.meta = meta
	return d.writeMeta()
}

// removeAllBut takes away what the sweep has written here but for some files.
func (d *labFolder) removeAllBut(kept []string) error {
	files := slices.Concat(d.meta.Files, lab.Files())
	files = slices.DeleteFunc(files, func(name string) bool {
		return name != filepath.Base(name) || name == lab.JournalFile || slices.Contains(kept, name)
	})
	return removeFiles(d.path, files)
}

func (d *labFolder) writeMeta() error {
	text, err := json.MarshalIndent(&d.meta, "", "  ")
	if err != nil {
		return err
	}
	f, err := replacing(d.path)(record.MetaFile)
	if err != nil {
		return err
	}
	_, err = f.Write(append(text, '\n'))
	return errors.Join(err, f.Close())
}

// keep adds a row.
func (d *labFolder) keep(r *lab.Row) error {
	d.rows[r.Key] = r
	return lab.AppendRow(d.journal, r)
}

// write makes all files but the journal.
func (d *labFolder) write(plan *lab.Plan, o *lab.Outcome, meta labMeta, noPlots bool) error {
	create := replacing(d.path)
	var written []string
	err := plan.Write(d.rows, o, !noPlots, func(name string) (io.WriteCloser, error) {
		written = append(written, name)
		return create(name)
	})
	if err == nil { // what was here before and is not of this outcome
		err = d.removeAllBut(written)
	}
	old := d.meta.Files
	d.meta, d.meta.Files = meta, written
	if err != nil {
		d.meta.Files = append(written, old...)
	}
	return errors.Join(err, d.writeMeta())
}

func (d *labFolder) close() { d.journal.Close() }

// chooseLabFolder is where a sweep's results go without -o: results/NAME or,
// where that is of other comparisons, the next results/NAME-2 that is not. A sweep
// that has a file of its own is known by its name: there a changed one goes on.
func chooseLabFolder(name string, own bool, compared string) string {
	path := filepath.Join("results", name)
	for n := 2; !own && exists(path); n++ {
		if m, err := readLabMeta(path); err == nil && m.Compared == compared {
			break
		}
		path = filepath.Join("results", fmt.Sprintf("%s-%d", name, n))
	}
	return path
}

// journalRows reads what a results folder has, if there is one.
func journalRows(dir string) (lab.Rows, error) {
	f, _, err := bounded.Open(disk{}, filepath.Join(dir, lab.JournalFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, usageError{fmt.Errorf("%s: %w", filepath.Join(dir, lab.JournalFile), err)}
	}
	defer f.Close()
	rows, _, _, err := lab.ReadJournal(f)
	return rows, err
}

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
