package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"swarmsim/sim"
)

// progress shows how far a run is.
type progress interface {
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

// colours tells whether w wants colours: a terminal, and NO_COLOR not set
// (no-color.org).
func colours(w io.Writer) bool { return isTerminal(w) && os.Getenv("NO_COLOR") == "" }

type silent struct{}

func (silent) update(sim.Progress) {}
func (silent) end()                {}

// lines prints a line every few seconds.
type lines struct {
	w    io.Writer
	last time.Time
}

const lineEvery = 3 * time.Second

func (l *lines) update(p sim.Progress) {
	if time.Since(l.last) < lineEvery {
		return
	}
	l.last = time.Now()
	fmt.Fprintln(l.w, say(p))
}

func (l *lines) end() {}

func say(p sim.Progress) string {
	return fmt.Sprintf("at %v: %d of %d done, %d downloading, %.1f MB/s", p.Now.Round(time.Second), p.Done, p.Expected, p.Leechers, p.Goodput/1e6)
}

// bar is a progress bar: leechers done, virtual time, rate.
type bar struct {
	all  *mpb.Progress
	bar  *mpb.Bar
	last chan sim.Progress
}

func newBar(w io.Writer, name string) *bar {
	b := &bar{all: mpb.New(mpb.WithOutput(w), mpb.WithWidth(40)), last: make(chan sim.Progress, 1)}
	b.last <- sim.Progress{}
	b.bar = b.all.AddBar(0, // a total to be set later
		mpb.PrependDecorators(decor.Name(name+" ")),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
			p := <-b.last
			b.last <- p
			return say(p)
		})))
	return b
}

func (b *bar) update(p sim.Progress) {
	<-b.last
	b.last <- p
	b.bar.SetTotal(int64(max(p.Expected, 1)), false)
	b.bar.SetCurrent(int64(p.Done))
}

func (b *bar) end() {
	b.bar.Abort(true)
	b.all.Wait()
}
