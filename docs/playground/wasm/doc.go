// Command wasm is the simulator for a web page. In a worker of a browser it defines the object
// swarmsim with one function, run(request, progress), which plays a playground.Request, given as JSON.
//
// run calls progress with virtual times while it plays, and returns when the run has ended: the page
// stops a run by ending its worker. It returns the record's files as byte arrays, the data of its
// page and of its replay as JSON, and the number of events, or {"error": "..."}.
//
//	GOOS=js GOARCH=wasm go build -o engine.wasm ./docs/playground/wasm
package main
