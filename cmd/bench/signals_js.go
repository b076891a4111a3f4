package main

import "os"

// terminationSignals end a run in order: it writes what it has so far.
var terminationSignals = []os.Signal{os.Interrupt}
