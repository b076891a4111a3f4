// Package play plays a scenario into a results folder: the record, meta.json, the plots and the
// page. cmd/swarmsim/cli calls it for swarmsim run, and cmd/swarmsim/serve for a run that was
// started from a browser, so both write the same files.
//
//	folder, err := results.NewRun(path, s.Name, false)
//	...
//	r := play.Run{Scenario: s, Files: files, Dir: dir, Workers: 4, Plots: true}
//	outcome, err := r.Into(ctx, folder)
//	err = folder.Commit() // or folder.Discard()
//
// When ctx ends, the run ends too: what was recorded until then is kept, and marked incomplete.
package play
