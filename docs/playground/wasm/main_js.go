package main

import (
	"context"
	"encoding/json"
	"runtime/debug"
	"syscall/js"

	"swarmsim/docs/playground"
	"swarmsim/sim"
)

func main() {
	debug.SetGCPercent(400) // there is one core, and memory for it
	js.Global().Set("swarmsim", map[string]any{
		"run": js.FuncOf(func(_ js.Value, args []js.Value) any { return run(args) }),
	})
	<-make(chan struct{}) // the functions live as long as the worker
}

// run plays a request and returns its files.
func run(args []js.Value) any {
	var q playground.Request
	if err := json.Unmarshal([]byte(args[0].String()), &q); err != nil {
		return failed(err)
	}
	r, err := playground.Run(context.Background(), q, func(p sim.Progress) {
		args[1].Invoke(p.Now.Seconds(), p.Leechers, p.Done, p.Expected, p.Goodput)
	})
	if err != nil {
		return failed(err)
	}
	files := map[string]any{}
	for name, content := range r.Files {
		bytes := js.Global().Get("Uint8Array").New(len(content))
		js.CopyBytesToJS(bytes, content)
		files[name] = bytes
	}
	return map[string]any{"files": files, "events": r.Events, "page": string(r.Page), "replay": string(r.Replay)}
}

// failed is what a function returns instead of a result.
func failed(err error) any { return map[string]any{"error": err.Error()} }
