//go:build !js

package cli

import (
	"os"
	"os/signal"
	"syscall"
)

// reloadSignals returns a channel of SIGHUP, which no longer ends the program, until stop is called.
func reloadSignals() (reload <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	signal.Reset(syscall.SIGHUP)
	signal.Notify(c, syscall.SIGHUP)
	return c, func() { signal.Stop(c) }
}
