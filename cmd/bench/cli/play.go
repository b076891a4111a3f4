package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"swarmsim/bench"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/sim/record"
)

// player plays the runs of a plan concurrently.
type player struct {
	plan     *bench.Plan
	folder   *results.BenchFolder
	total    int
	progress *progress // nil for none

	mu   sync.Mutex // guards folder and the fields below
	left int        // runs that are not finished
	cost float64    // of them, and of all that were missing
	all  float64
	err  error // the first error
}

// play plays the missing runs until all are finished, one fails, or ctx ends. Each row is written to
// the journal as its run ends.
func (p *player) play(ctx context.Context, workers int) error {
	runs := p.plan.Missing(p.folder.Rows())
	p.left = len(runs)
	for _, r := range runs {
		p.all += r.Cost
	}
	p.cost = p.all
	p.progress.update(p.total-p.left, p.total, 0)
	defer p.progress.end()
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	next := make(chan bench.Run)
	var wg sync.WaitGroup
	for range min(workers, len(runs)) {
		wg.Go(func() {
			for r := range next {
				if err := p.playOne(inner, r); err != nil {
					cancel()
				}
			}
		})
	}
feed:
	for _, r := range runs {
		select {
		case next <- r:
		case <-inner.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	if ctx.Err() != nil {
		return fmt.Errorf("interrupted with %d runs left; the finished runs are in %s, and the same command resumes there",
			p.left, p.folder.Path())
	}
	return p.err
}

func (p *player) playOne(ctx context.Context, r bench.Run) error {
	row, err := p.plan.Play(ctx, r, "")
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil {
		err = p.folder.Append(row)
	}
	if err == nil {
		p.left--
		p.cost -= r.Cost
		p.progress.update(p.total-p.left, p.total, 1-p.cost/p.all)
	} else if p.err == nil {
		p.err = err
	}
	return err
}

// writeFile writes a file of the results folder.
func writeFile(create record.Create, name string, text []byte) error {
	w, err := create(name)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return errors.Join(err, w.Close())
}

// writeWith is writeFile for what writes itself.
func writeWith(create record.Create, name string, write func(io.Writer) error) error {
	w, err := create(name)
	if err != nil {
		return err
	}
	return errors.Join(write(w), w.Close())
}
