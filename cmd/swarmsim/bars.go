//go:build !js && !wasip1

package main

import (
	"io"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"swarmsim/sim"
)

// bar is a progress bar: leechers done, virtual time, rate.
type bar struct {
	all  *mpb.Progress
	bar  *mpb.Bar
	last chan string // what is said beside it
}

func newBar(w io.Writer, name string) *bar {
	b := &bar{all: mpb.New(mpb.WithOutput(w), mpb.WithWidth(40)), last: make(chan string, 1)}
	b.last <- ""
	b.bar = b.all.AddBar(0, // a total to be set later
		mpb.PrependDecorators(decor.Name(name+" ")),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string {
			text := <-b.last
			b.last <- text
			return text
		})))
	return b
}

func (b *bar) hashing(done, total int64) {
	<-b.last
	b.last <- sayHashing(done, total)
	b.bar.SetTotal(total, false)
	b.bar.SetCurrent(done)
}

func (b *bar) update(p sim.Progress) {
	<-b.last
	b.last <- say(p)
	b.bar.SetTotal(int64(max(p.Expected, 1)), false)
	b.bar.SetCurrent(int64(p.Done))
}

func (b *bar) end() {
	b.bar.Abort(true)
	b.all.Wait()
}

// runBar is a progress bar: runs finished, time left.
type runBar struct {
	all *mpb.Progress
	bar *mpb.Bar
}

func newRunBar(w io.Writer, name string) *runBar {
	b := &runBar{all: mpb.New(mpb.WithOutput(w), mpb.WithWidth(40))}
	b.bar = b.all.AddBar(0,
		mpb.PrependDecorators(decor.Name(name+" ")),
		mpb.AppendDecorators(decor.CountersNoUnit("%d of %d runs"), decor.Name(", "), decor.AverageETA(decor.ET_STYLE_GO), decor.Name(" left")))
	return b
}

func (b *runBar) update(done, total int) {
	b.bar.SetTotal(int64(total), false)
	b.bar.SetCurrent(int64(done))
}

func (b *runBar) end() {
	b.bar.Abort(true)
	b.all.Wait()
}
