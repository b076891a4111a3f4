package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"swarmsim/reports"
	"swarmsim/sim"
)

// progress shows how far a run is.
type progress interface {
	hashing(done, total int64) // of content that is read before the run, in bytes
	update(sim.Progress)
	end()
}

// newProgress is a bar on a terminal and now and then a plain line elsewhere.
func newProgress(w io.Writer, name string) progress {
	if isTerminal(w) {
		return newBar(w, name)
	}
	return &lines{w: w, last: time.Now()}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// colours reports whether w wants colours: a terminal, and NO_COLOR not set
// (no-color.org).
func colours(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }

type silent struct{}

func (silent) hashing(int64, int64) {}
func (silent) update(sim.Progress)  {}
func (silent) end()                 {}

// lines prints a line every few seconds.
type lines struct {
	w    io.Writer
	last time.Time
}

const lineEvery = 3 * time.Second

func (l *lines) hashing(done, total int64) {
	if time.Since(l.last) < lineEvery {
		return
	}
	l.last = time.Now()
	fmt.Fprintln(l.w, sayHashing(done, total))
}

func (l *lines) update(p sim.Progress) {
	if time.Since(l.last) < lineEvery {
		return
	}
	l.last = time.Now()
	fmt.Fprintln(l.w, say(p))
}

func (l *lines) end() {}

func sayHashing(done, total int64) string {
	return fmt.Sprintf("hashing the content: %s of %s", reports.Size(done), reports.Size(total))
}

func say(p sim.Progress) string {
	return fmt.Sprintf("at %v: %d of %d done, %d downloading, %.1f MB/s", p.Now.Round(time.Second), p.Done, p.Expected, p.Leechers, p.Goodput/1e6)
}
