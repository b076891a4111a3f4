//go:build !js

package main

import (
	"os"
	"syscall"
)

// terminationSignals end a run in order: it writes what it has so far.
var terminationSignals = []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
