package cli

import (
	"fmt"
	"io"
	"os"
	"time"

	"golang.org/x/term"
)

// progress shows how many runs are finished: on a terminal one line that is rewritten, elsewhere a
// line every lineInterval.
type progress struct {
	w        io.Writer
	terminal bool
	start    time.Time // of the first update
	last     time.Time // of the last line
}

const lineInterval = 10 * time.Second

func newProgress(w io.Writer) *progress {
	f, ok := w.(*os.File)
	return &progress{w: w, terminal: ok && term.IsTerminal(int(f.Fd()))}
}

// update shows the number of finished runs. share is how much of the work that was missing at the
// start is done, from 0 to 1. p may be nil.
func (p *progress) update(done, total int, share float64) {
	if p == nil {
		return
	}
	now := time.Now()
	if p.start.IsZero() {
		p.start, p.last = now, now
	}
	text := fmt.Sprintf("%d of %d runs", done, total)
	if share > 0 && share < 1 {
		left := time.Duration(float64(now.Sub(p.start)) * (1 - share) / share)
		text += fmt.Sprintf(", about %v left", left.Round(time.Second))
	}
	switch {
	case p.terminal:
		fmt.Fprintf(p.w, "\r%-50s", text)
	case now.Sub(p.last) >= lineInterval:
		p.last = now
		fmt.Fprintln(p.w, text)
	}
}

// end removes the line from a terminal.
func (p *progress) end() {
	if p != nil && p.terminal {
		fmt.Fprintf(p.w, "\r%-50s\r", "")
	}
}
