package main

import (
	"fmt"
	"io"
	"time"
)

// runProgress shows how many runs are finished.
type runProgress interface {
	update(done, total int)
	end()
}

func newRunProgress(w io.Writer, name string) runProgress {
	if !isTerminal(w) {
		return &runLines{w: w, last: time.Now()}
	}
	return newRunBar(w, name)
}

type noRuns struct{}

func (*noRuns) update(int, int) {}
func (*noRuns) end()            {}

// runLines prints a line every few seconds.
type runLines struct {
	w     io.Writer
	last  time.Time
	start time.Time
	first int
}

func (l *runLines) update(done, total int) {
	if l.start.IsZero() {
		l.start, l.first = time.Now(), done
	}
	if time.Since(l.last) < lineEvery || done == l.first {
		return
	}
	l.last = time.Now()
	left := time.Since(l.start) / time.Duration(done-l.first) * time.Duration(total-done)
	fmt.Fprintf(l.w, "%d of %d runs, about %v left\n", done, total, left.Round(time.Second))
}

func (l *runLines) end() {}
