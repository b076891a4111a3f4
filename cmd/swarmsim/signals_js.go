package main

import "os"

// endings are the signals that end a run in order.
var endings = []os.Signal{os.Interrupt}
