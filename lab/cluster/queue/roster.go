package queue

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"swarmsim/lab/cluster"
)

// roster knows the workers and how fast they are.
type roster struct {
	mu       sync.Mutex
	note     func(string)
	describe func(cluster.Run) string
	silent   time.Duration // after which a worker is taken to be gone
	members  map[string]*member
	recent   []time.Time // when the last results were stored
	finished map[string]int
	status   cluster.Status // Runs, Finished and Refused
}

// member is a worker.
type member struct {
	state state
	seen  time.Time
}

const (
	maxMembers = 10_000 // more are not listed
	maxRecent  = 500
	maxPlaying = 1024 // runs of a worker that are listed
)

func (r *roster) heard(s state, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s.Playing = s.Playing[:min(len(s.Playing), maxPlaying)]
	old := r.members[s.Worker]
	switch {
	case s.Left && old != nil:
		delete(r.members, s.Worker)
		r.note(fmt.Sprintf("worker %.100s has stopped", s.Host))
	case s.Left:
	case old != nil:
		old.state, old.seen = s, now
	case len(r.members) < maxMembers:
		r.members[s.Worker] = &member{s, now}
		r.note(fmt.Sprintf("worker %.100s plays, %d at a time", s.Host, s.Slots))
	}
}

// forget removes workers that say nothing any more.
func (r *roster) forget(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, m := range r.members {
		if now.Sub(m.seen) > r.silent {
			delete(r.members, id)
			r.note(fmt.Sprintf("worker %.100s says nothing any more; its runs are given to others", m.state.Host))
		}
	}
}

func (r *roster) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.members)
}

// stored counts a result.
func (r *roster) stored(worker string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.members[worker]; m != nil {
		r.finished[m.state.Host]++
	}
	r.status.Finished++
	r.recent = append(r.recent[max(0, len(r.recent)-maxRecent+1):], now)
}

func (r *roster) refused() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.Refused++
}

// total sets how many runs there are, and how many of them are stored.
func (r *roster) total(runs, finished int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status.Runs, r.status.Finished = runs, finished
}

// snapshot returns the status. The rate is that of the last results.
func (r *roster) snapshot(now time.Time) cluster.Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.status
	s.Shards, s.Workers = []cluster.ShardStatus{}, []cluster.WorkerStatus{}
	if n := len(r.recent); n > 1 {
		s.Rate = float64(n-1) / max(now.Sub(r.recent[0]).Seconds(), 1e-3)
		s.LeftS = float64(s.Runs-s.Finished) / s.Rate
	}
	for _, m := range r.members {
		w := cluster.WorkerStatus{Host: m.state.Host, Slots: m.state.Slots, Finished: r.finished[m.state.Host], Heard: m.seen.UTC()}
		for _, p := range m.state.Playing {
			w.Playing = append(w.Playing, r.describe(p))
		}
		s.Workers = append(s.Workers, w)
	}
	slices.SortFunc(s.Workers, func(a, b cluster.WorkerStatus) int { return cmp.Compare(a.Host, b.Host) })
	return s
}
