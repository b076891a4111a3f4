// Package trial plays scenarios once for each of several seeds, and keeps what each run measured.
// lab plays the cells of a sweep with it, and bench those of a suite.
//
// Load resolves a scenario and computes its digest; Play plays it with a seed and returns a Row.
// A row is found again by its key, which covers everything that determines it: the resolved
// scenario, the files of its content, the seed, and the build of the program. Rows are kept in a
// journal, from which an interrupted series of runs resumes:
//
//	t, err := trial.Load(source)
//	key := t.Key(programDigest, seed)
//	rows, valid, damaged, err := trial.ReadJournal(file)
//	if rows[key] == nil {
//		row, err := t.Play(ctx, seed)
//		row.Key = key
//		err = trial.AppendRow(file, row)
//	}
//
// A Trial is safe for concurrent calls of Play, each of which uses one core.
package trial
