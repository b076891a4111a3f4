package main

import (
	"context"
	"encoding/json"
	"syscall/js"

	"swarmsim/docs/playground"
	"swarmsim/sim"
)

func main() {
	js.Global().Set("swarmsim", map[string]any{
		"library": js.FuncOf(func(js.Value, []js.Value) any { return library() }),
		"run":     js.FuncOf(func(_ js.Value, args []js.Value) any { return run(args) }),
	})
	<-make(chan struct{}) // the functions live as long as the worker
}

func library() any {
	list, err := playground.Library()
	if err != nil {
		return failed(err)
	}
	text, err := json.Marshal(list)
	if err != nil {
		return failed(err)
	}
	return string(text)
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
	return map[string]any{"files": files, "events": r.Events}
}

// failed is what a function returns instead of a result.
func failed(err error) any { return map[string]any{"error": err.Error()} }
