package results

import (
	"os"
	"path"
	"path/filepath"

	"swarmsim/lab"
	"swarmsim/sim/record"
)

// Replayed reports whether the sweep's folder holds a run that was played again, by its folder there
// and the key of its row.
func (f *SweepFolder) Replayed(folder, key string) bool {
	return f.meta.Runs[folder] == key && isReplayFolder(folder) && Exists(filepath.Join(f.Replay(folder), record.SummaryFile))
}

// Replay returns the path of a run that was played again.
func (f *SweepFolder) Replay(folder string) string {
	return filepath.Join(f.path, filepath.FromSlash(folder))
}

// NewReplay creates a temporary folder for the results of a run that is played again.
func (f *SweepFolder) NewReplay(folder string) (*RunFolder, error) {
	return NewRun(f.Replay(folder), "", true)
}

// AddReplay notes in meta.json that a run was played again.
func (f *SweepFolder) AddReplay(folder, key string) error {
	if f.meta.Runs == nil {
		f.meta.Runs = map[string]string{}
	}
	f.meta.Runs[folder] = key
	return f.writeMeta()
}

// KeepReplays removes the runs that were played again and are not wanted any more. Files that no run
// writes stay, and with them their folder.
func (f *SweepFolder) KeepReplays(wanted []lab.Replay) error {
	keep := map[string]bool{}
	for _, r := range wanted {
		keep[r.Folder] = true
	}
	for folder := range f.meta.Runs {
		if keep[folder] || !isReplayFolder(folder) {
			continue
		}
		if dir := f.Replay(folder); Exists(dir) {
			if err := removeFiles(dir, runFiles); err != nil {
				return err
			}
			os.Remove(dir) // fails if it is not empty
		}
		delete(f.meta.Runs, folder)
	}
	os.Remove(filepath.Join(f.path, lab.RunsFolder)) // fails if it is not empty
	return f.writeMeta()
}

// isReplayFolder reports whether a name in meta.json, which may be damaged, can be that of a run.
func isReplayFolder(folder string) bool {
	base := path.Base(folder)
	return folder == path.Join(lab.RunsFolder, base) && filepath.IsLocal(base) && base != "." && base == filepath.Base(base)
}
