package engine

import "time"

// A caller that has a clock of its own, such as sim/netem/gonet, steps an engine of one worker
// instead of calling Run. It may change its hosts between steps, and says so by Wake.

// NextStep returns the window that Step plays: the next one in which something happens. Both times
// are Never if nothing is left.
func (e *Engine[E]) NextStep() (start, end time.Duration) {
	at := e.nextTime()
	if at == Never {
		return Never, Never
	}
	start = at / e.lookahead * e.lookahead
	return start, start + e.lookahead
}

// Step plays the window that NextStep returns. It panics if the engine has more than one worker.
func (e *Engine[E]) Step() {
	if len(e.workers) != 1 {
		panic("engine: Step is for one worker")
	}
	start, end := e.NextStep()
	if start == Never {
		return
	}
	e.enter(start)
	e.workers[0].play(start, end)
	e.clear()
}

// Wake lets a host be played at a time, or earlier if it is due earlier. The time must not be in a
// window that has been played. It may be called only between windows.
func (e *Engine[E]) Wake(h HostID, at time.Duration) {
	if at < e.start+e.lookahead {
		panic("engine: Wake in a window that has been played")
	}
	i, local := e.locate(h)
	w := e.workers[i]
	w.next[local] = min(w.next[local], at)
	w.wake = min(w.wake, at)
}
