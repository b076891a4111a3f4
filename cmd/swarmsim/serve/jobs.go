package serve

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"swarmsim/cmd/swarmsim/play"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/sim"
)

// player plays runs.
type player struct {
	workers int
	folder  func(name string) (*results.RunFolder, error)
}

// jobs are the runs that users have started: some at a time, the others in a queue.
type jobs struct {
	limits limits
	player player
	wg     sync.WaitGroup

	mu     sync.Mutex // guards what follows, and all jobs
	all    []*job     // oldest first
	last   int        // number of the last job
	closed bool
}

func newJobs(l limits, p player) *jobs { return &jobs{limits: l, player: p} }

var (
	errBusy   = errors.New("the queue is full; wait for a run to end, or stop one")
	errClosed = errors.New("the server is stopping")
	errOver   = errors.New("the run has ended already")
	errLate   = errors.New("the simulation has ended; its plots are being drawn")
)

// start adds a run, which begins at once unless others are in its way.
func (js *jobs) start(p *setup, command string) (id int, err error) {
	js.mu.Lock()
	defer js.mu.Unlock()
	if js.closed {
		return 0, errClosed
	}
	if js.count(func(s state) bool { return s == stateQueued }) >= js.limits.queued {
		return 0, errBusy
	}
	js.last++
	j := &job{setup: p, command: command, version: 1, view: jobView{
		ID: js.last, Scenario: p.id, Name: p.scenario.Name, Changes: append([]change{}, p.changes...), Command: command,
		State: stateQueued, Deadline: p.scenario.Stop.Deadline.Std().Seconds(), ToTheEnd: p.scenario.Stop.When == "deadline",
		Series: newSeries(p),
	}}
	js.all = append(js.all, j)
	js.forget()
	js.next()
	return j.view.ID, nil
}

// count counts the jobs whose state matches.
func (js *jobs) count(matches func(state) bool) int {
	n := 0
	for _, j := range js.all {
		if matches(j.view.State) {
			n++
		}
	}
	return n
}

// forget drops the oldest runs that have ended, if there are too many.
func (js *jobs) forget() {
	ended := js.count(state.ended)
	kept := js.all[:0:0]
	for _, j := range js.all {
		if j.view.State.ended() && ended > js.limits.kept {
			ended--
			continue
		}
		kept = append(kept, j)
	}
	js.all = kept
}

// next begins queued runs while there is room for them.
func (js *jobs) next() {
	busy := js.count(func(s state) bool { return s != stateQueued && !s.ended() })
	for _, j := range js.all {
		if busy >= js.limits.running {
			return
		}
		if j.view.State != stateQueued {
			continue
		}
		busy++
		ctx, cancel := context.WithCancel(context.Background())
		j.cancel = cancel
		j.view.State, j.view.started = stateRunning, now()
		j.version++
		js.wg.Go(func() { js.play(ctx, j) })
	}
}

// play plays a run to its end.
func (js *jobs) play(ctx context.Context, j *job) {
	defer j.cancel()
	outcome, path, err := js.playInto(ctx, j)
	js.mu.Lock()
	defer js.mu.Unlock()
	v := &j.view
	v.WallS = now().Sub(v.started).Seconds()
	switch {
	case errors.Is(err, play.ErrNotBegun):
		v.State, v.Message = stateStopped, "stopped before the simulation began; there are no results"
	case err != nil:
		v.State, v.Message = stateFailed, err.Error()
	default:
		v.State, v.Message = stateFinished, endingText(&outcome.Summary)
		if outcome.Summary.Incomplete {
			v.State = stateStopped
		}
		v.Now = float64(outcome.Summary.VirtualS)
		v.Completed = outcome.Summary.CompletionS.Count
		found := runResult(filepath.Base(path), &outcome.Summary)
		v.Result = &found
	}
	j.setup = nil // the scenario is in the results folder
	j.version++
	js.next()
}

// playInto plays a run into a results folder, and returns its path.
func (js *jobs) playInto(ctx context.Context, j *job) (*sim.Result, string, error) {
	p := j.setup
	folder, err := js.player.folder(p.scenario.Name)
	if err != nil {
		return nil, "", err
	}
	r := play.Run{
		Scenario: p.scenario, Files: p.source.Files, Dir: p.source.Dir, Workers: js.player.workers, Plots: true,
		Progress: func(at sim.Progress) {
			js.update(j, func(v *jobView) { j.progress(at, now().Sub(v.started)) })
		},
		Hashing: func(done, total int64) {
			js.update(j, func(v *jobView) { v.State, v.Hashed = stateHashing, float64(done)/float64(max(total, 1)) })
		},
		Played: func() { js.update(j, func(v *jobView) { v.State = stateDrawing }) },
	}
	outcome, err := r.Into(ctx, folder)
	if err != nil {
		folder.Discard()
		return nil, "", err
	}
	return outcome, folder.Path(), commit(folder)
}

// commit gives the folder its final name. The error says where the results are.
func commit(folder *results.RunFolder) error {
	if err := folder.Commit(); err != nil {
		return fmt.Errorf("the run has ended, but %w", err)
	}
	return nil
}

func (js *jobs) update(j *job, change func(*jobView)) {
	js.mu.Lock()
	defer js.mu.Unlock()
	change(&j.view)
	j.version++
}

// stop ends a run. One that is queued is removed from the queue; of one that is being played, what
// was recorded so far is kept, and marked incomplete, as after Ctrl-C in swarmsim run.
func (js *jobs) stop(id int) error {
	js.mu.Lock()
	defer js.mu.Unlock()
	for _, j := range js.all {
		if j.view.ID != id {
			continue
		}
		switch {
		case j.view.State.ended():
			return errOver
		case j.view.State == stateDrawing:
			return errLate
		}
		js.end(j)
		return nil
	}
	return notFound("run", fmt.Sprint(id))
}

// end stops a run that is queued or being played.
func (js *jobs) end(j *job) {
	j.version++
	if j.view.State == stateQueued {
		j.view.State, j.view.Message = stateStopped, "removed from the queue; there are no results"
		return
	}
	j.view.Stopping = true
	j.cancel()
}

// close stops all runs and waits until their records are written.
func (js *jobs) close() {
	js.mu.Lock()
	js.closed = true
	for _, j := range js.all {
		if !j.view.State.ended() && !j.view.Stopping {
			js.end(j)
		}
	}
	js.mu.Unlock()
	js.wg.Wait()
}

// changed returns the runs that have changed since the versions that seen has, and updates seen.
func (js *jobs) changed(seen map[int]int) []jobView {
	js.mu.Lock()
	defer js.mu.Unlock()
	var out []jobView
	for _, j := range js.all {
		if seen[j.view.ID] == j.version {
			continue
		}
		seen[j.view.ID] = j.version
		v := j.view
		if !v.started.IsZero() && !v.State.ended() {
			v.WallS = now().Sub(v.started).Seconds()
		}
		v.Series.Rows = append([][]number{}, v.Series.Rows...)
		out = append(out, v)
	}
	return out
}
