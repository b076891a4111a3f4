//go:build js || wasip1

package main

import (
	"io"
	"time"
)

// There are no terminals here that a bar could be drawn on: lines do.

func newBar(w io.Writer, _ string) progress { return &lines{w: w, last: time.Now()} }

func newRunBar(w io.Writer, _ string) runProgress { return &runLines{w: w, last: time.Now()} }
