// Package serve is swarmsim serve: a local web page that lists results, opens their reports, and
// starts, shows and stops runs. cmd/swarmsim/cli calls it:
//
//	s, err := serve.New(serve.Config{Results: "results", Workers: 4})
//	err = s.Serve(ctx, listener) // until ctx ends; runs in progress are then kept, marked incomplete
//
// A run is played by cmd/swarmsim/play, as by swarmsim run, so its results folder is the same.
//
// What a request may do is decided in one file each: guard.go refuses requests of other pages and
// other hosts, folders.go reaches nothing outside the results and the scenario folder (os.Root),
// limits.go bounds what a run may ask for, and timeouts.go how long a client may take. Results are
// served in a sandbox (headers.go): a report that a stranger made cannot start a run.
//
// Scenarios are found in library.go and their settings in settings.go; jobs.go queues and plays
// runs, events.go streams their progress, and listing.go describes results. The page itself is in
// web/: plain ES modules, which use the same requests as any other client (api.go).
package serve
