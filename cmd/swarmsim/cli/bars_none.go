//go:build js || wasip1

package cli

import (
	"io"
	"time"
)

// These systems have no terminal to draw a bar on: progress is shown as lines.

func newBar(w io.Writer, _ string) progress { return &progressLines{w: w, last: time.Now()} }

func newSweepBar(w io.Writer, _ string) sweepProgress { return &sweepLines{w: w, last: time.Now()} }
