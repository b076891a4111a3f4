package cli

import (
	"fmt"
	"io"
	"time"
)

// sweepProgress shows how many runs of a sweep are finished.
type sweepProgress interface {
	update(done, total int)
	end()
}

func newSweepProgress(w io.Writer, name string) sweepProgress {
	if !isTerminal(w) {
		return &sweepLines{w: w, last: time.Now()}
	}
	return newSweepBar(w, name)
}

type noSweepProgress struct{}

func (noSweepProgress) update(int, int) {}
func (noSweepProgress) end()            {}

// sweepLines prints a line every lineInterval.
type sweepLines struct {
	w     io.Writer
	last  time.Time // of the last line
	start time.Time // of the first update
	first int       // runs that were finished by then
}

func (l *sweepLines) update(done, total int) {
	if l.start.IsZero() {
		l.start, l.first = time.Now(), done
	}
	if time.Since(l.last) < lineInterval || done == l.first {
		return
	}
	l.last = time.Now()
	left := time.Since(l.start) / time.Duration(done-l.first) * time.Duration(total-done)
	fmt.Fprintf(l.w, "%d of %d runs, about %v left\n", done, total, left.Round(time.Second))
}

func (l *sweepLines) end() {}
