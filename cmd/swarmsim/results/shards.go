package results

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"swarmsim/bounded"
	"swarmsim/lab"
	"swarmsim/lab/trial"
	"swarmsim/sim/record"
)

// Part is a results folder that has runs of a sweep: a shard's, or the whole sweep's.
type Part struct {
	Path    string
	Meta    Meta
	HasMeta bool // false if the folder has no meta.json that can be read: a process was killed there
	Rows    trial.Rows
	Damaged int       // lines of the journal that cannot be read, an incomplete last one excepted
	LastRow time.Time // when the journal was written to
}

// FindParts reads the folders of a sweep's runs. A folder without a journal stands for the folders
// in it that have one.
func FindParts(paths []string) ([]Part, error) {
	var out []Part
	read := map[string]bool{}
	for _, path := range paths {
		dirs, err := journalFolders(path)
		if err != nil {
			return nil, err
		}
		for _, dir := range dirs {
			if dir = filepath.Clean(dir); read[dir] {
				continue
			}
			read[dir] = true
			p, err := readPart(dir)
			if err != nil {
				return nil, err
			}
			out = append(out, *p)
		}
	}
	return out, nil
}

// journalFolders returns the folder itself, or those in it that have a journal.
func journalFolders(path string) ([]string, error) {
	if Exists(filepath.Join(path, lab.JournalFile)) {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, RefusedError{fmt.Errorf("%s is not a results folder: %w", path, bounded.Reason(err))}
	}
	var out []string
	for _, e := range entries {
		if dir := filepath.Join(path, e.Name()); Exists(filepath.Join(dir, lab.JournalFile)) {
			out = append(out, dir)
		}
	}
	if len(out) == 0 {
		return nil, RefusedError{fmt.Errorf("%s has no runs of a sweep: there is no %s, neither in it nor in a folder in it",
			path, lab.JournalFile)}
	}
	return out, nil
}

func readPart(dir string) (*Part, error) {
	name := filepath.Join(dir, lab.JournalFile)
	f, _, err := bounded.Open(OS, name)
	if err != nil {
		return nil, RefusedError{fmt.Errorf("%s: %w", name, bounded.Reason(err))}
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	p := &Part{Path: dir, LastRow: st.ModTime()}
	p.Rows, _, p.Damaged, err = trial.ReadJournal(f)
	if err != nil {
		return nil, RefusedError{fmt.Errorf("%s: %w", name, err)}
	}
	p.Meta, err = ReadMeta(dir)
	p.HasMeta = err == nil && p.Meta.Sweep != ""
	if err != nil && !errors.Is(err, fs.ErrNotExist) && len(p.Rows) > 0 {
		return nil, RefusedError{fmt.Errorf("%s: %s cannot be read: %w", dir, record.MetaFile, err)}
	}
	return p, nil
}
