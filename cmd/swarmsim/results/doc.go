// Package results writes and reads results folders on disk for cmd/swarmsim/cli:
// those of single runs and those of sweeps.
//
// A run fills a temporary folder beside the final one and renames it when it is
// complete:
//
//	f, err := results.NewRun(path, name, force)
//	...
//	w, err := f.Create("summary.json") // any number of files
//	...
//	err = f.Commit() // or f.Discard()
//
// A sweep appends a row to its journal as each run ends, so that an interrupted sweep
// resumes where it stopped, and writes its tables, plots and page at the end:
//
//	f, err := results.OpenSweep(path, force)
//	defer f.Close()
//	err = f.Append(row)               // as runs end
//	err = f.Write(plan, outcome, ...) // when all rows are there
//
// Limits: other processes are kept out of a folder by advisory locks (flock,
// LockFileEx), which some systems and some network file systems lack; there, two
// processes that write to one folder at the same time are not detected. Nothing but
// the files that these types write is ever removed from a folder.
package results

// RefusedError explains why a path cannot be used for results. The user has to choose
// another path or pass another flag.
type RefusedError struct{ error }

func (e RefusedError) Unwrap() error { return e.error }
