package main

import (
	"fmt"
	"io"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
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
	b := &runBar{all: mpb.New(mpb.WithOutput(w), mpb.WithWidth(40))}
	b.bar = b.all.AddBar(0,
		mpb.PrependDecorators(decor.Name(name+" ")),
		mpb.AppendDecorators(decor.CountersNoUnit("%d of %d runs"), decor.Name(", "), decor.AverageETA(decor.ET_STYLE_GO), decor.Name(" left")))
	return b
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

type runBar struct {
	all *mpb.Progress
	bar *mpb.Bar
}

func (b *runBar) update(done, total int) {
	b.bar.SetTotal(int64(total), false)
	b.bar.SetCurrent(int64(done))
}

func (b *runBar) end() {
	b.bar.Abort(true)
	b.all.Wait()
}
