//go:build !js && !wasip1

package cli

import (
	"io"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"swarmsim/sim"
)

const barWidth = 40

// bar is the progress bar of a run.
type bar struct {
	container *mpb.Progress
	bar       *mpb.Bar
	text      chan string // shown beside the bar; a channel of capacity 1 guards it
}

func newBar(w io.Writer, name string) *bar {
	b := &bar{container: mpb.New(mpb.WithOutput(w), mpb.WithWidth(barWidth)), text: make(chan string, 1)}
	b.text <- ""
	b.bar = b.container.AddBar(0, // the total is set later
		mpb.PrependDecorators(decor.Name(name+" ")),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
			text := <-b.text
			b.text <- text
			return text
		})))
	return b
}

func (b *bar) hashing(done, total int64) { b.set(hashingText(done, total), done, total) }

func (b *bar) update(p sim.Progress) {
	b.set(progressText(p), int64(p.Done), int64(max(p.Expected, 1)))
}

func (b *bar) set(text string, done, total int64) {
	<-b.text
	b.text <- text
	b.bar.SetTotal(total, false)
	b.bar.SetCurrent(done)
}

func (b *bar) end() {
	b.bar.Abort(true)
	b.container.Wait()
}

// sweepBar is the progress bar of a sweep.
type sweepBar struct {
	container *mpb.Progress
	bar       *mpb.Bar
}

func newSweepBar(w io.Writer, name string) *sweepBar {
	b := &sweepBar{container: mpb.New(mpb.WithOutput(w), mpb.WithWidth(barWidth))}
	b.bar = b.container.AddBar(0,
		mpb.PrependDecorators(decor.Name(name+" ")),
		mpb.AppendDecorators(decor.CountersNoUnit("%d of %d runs"), decor.Name(", "),
			decor.AverageETA(decor.ET_STYLE_GO), decor.Name(" left")))
	return b
}

func (b *sweepBar) update(done, total int) {
	b.bar.SetTotal(int64(total), false)
	b.bar.SetCurrent(int64(done))
}

func (b *sweepBar) end() {
	b.bar.Abort(true)
	b.container.Wait()
}
