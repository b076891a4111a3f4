package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"swarmsim/lab/cluster"
)

// hold notes that a run is being played.
func (w *worker) hold(r cluster.Run, msg jetstream.Msg) {
	w.mu.Lock()
	w.playing[r.Key] = held{r, msg}
	w.mu.Unlock()
	w.change()
}

func (w *worker) release(r cluster.Run) {
	w.mu.Lock()
	delete(w.playing, r.Key)
	w.mu.Unlock()
	w.change()
}

func (w *worker) change() {
	select {
	case w.changed <- struct{}{}:
	default:
	}
}

func (w *worker) count() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.played++
	w.refused = 0
}

// maxRefused is how many results in a row may be refused before a worker stops: something is wrong with it.
const maxRefused = 5

func (w *worker) countRefusal(v verdict) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Note("the server has refused a result: " + v.Error)
	if w.refused++; w.refused == maxRefused {
		w.stop(fmt.Errorf("the server has refused %d results in a row, the last one: %s", maxRefused, v.Error))
	}
}

// shown is how often a worker says what it plays, at most.
const shown = time.Second

// heartbeat says that the worker is alive, what it plays, and that it still needs the runs it has taken.
func (w *worker) heartbeat(ctx context.Context) {
	beat := time.NewTicker(w.ackWait / 3)
	defer beat.Stop()
	w.publishState(false)
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
			w.mu.Lock()
			for _, h := range w.playing {
				h.msg.InProgress() // if that is lost, the next one is not, or another worker gets the run
			}
			w.mu.Unlock()
		case <-w.changed:
		}
		w.publishState(false)
		pause(ctx, min(shown, w.ackWait/4))
	}
}

func (w *worker) publishState(left bool) {
	s := state{Worker: w.id, Host: w.Host, Slots: w.Slots, Left: left}
	w.mu.Lock()
	for _, h := range w.playing {
		s.Playing = append(s.Playing, h.run)
	}
	w.mu.Unlock()
	if text, err := json.Marshal(s); err == nil {
		w.nc.Publish(w.subject("state"), text) // the next one may arrive
	}
}
