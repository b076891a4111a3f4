// Command wasm is the simulator for a web page. In a worker of a browser it defines the object
// swarmsim with these functions; each returns JSON, or {"error": "..."}:
//
//	library()                  the scenarios and their settings
//	run(request, progress)     plays a playground.Request, given as JSON
//
// run returns the record's files as byte arrays. It calls progress with virtual times while it plays,
// and returns when the run has ended: the page stops a run by ending its worker.
//
//	GOOS=js GOARCH=wasm go build -o engine.wasm ./docs/playground/wasm
package main
