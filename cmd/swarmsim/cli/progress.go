package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"

	"swarmsim/reports"
	"swarmsim/sim"
)

// progress shows the progress of a run.
type progress interface {
	hashing(done, total int64) // bytes of content, which is hashed before the run begins
	update(sim.Progress)
	end()
}

// newProgress returns a bar for a terminal, or a line every few seconds for other
// writers.
func newProgress(w io.Writer, name string) progress {
	if isTerminal(w) {
		return newBar(w, name)
	}
	return &progressLines{w: w, last: time.Now()}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// useColours reports whether to use colours on w: a terminal, unless NO_COLOR is set
// (https://no-color.org).
func useColours(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }

type noProgress struct{}

func (noProgress) hashing(int64, int64) {}
func (noProgress) update(sim.Progress)  {}
func (noProgress) end()                 {}

// progressLines prints a line every lineInterval.
type progressLines struct {
	w    io.Writer
	last time.Time
}

const lineInterval = 3 * time.Second

func (l *progressLines) hashing(done, total int64) {
	if l.due() {
		fmt.Fprintln(l.w, hashingText(done, total))
	}
}

func (l *progressLines) update(p sim.Progress) {
	if l.due() {
		fmt.Fprintln(l.w, progressText(p))
	}
}

func (l *progressLines) end() {}

// due reports whether it is time for a line.
func (l *progressLines) due() bool {
	if time.Since(l.last) < lineInterval {
		return false
	}
	l.last = time.Now()
	return true
}

func hashingText(done, total int64) string {
	return fmt.Sprintf("hashing the content: %s of %s", reports.Size(done), reports.Size(total))
}

func progressText(p sim.Progress) string {
	return fmt.Sprintf("at %v: %d of %d leechers done, %d downloading, %.1f MB/s",
		p.Now.Round(time.Second), p.Done, p.Expected, p.Leechers, p.Goodput/1e6)
}
