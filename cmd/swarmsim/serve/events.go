package serve

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// events streams the runs as server-sent events: first all of them, then each that has changed. The
// stream looks at the runs at intervals, so a run is never slowed down by a client that reads slowly.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		refuse(w, http.StatusServiceUnavailable, errors.New("too many pages are open; close one"))
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	look, beat := time.NewTicker(s.config.timeouts.refresh), time.NewTicker(s.config.timeouts.beat)
	defer look.Stop()
	defer beat.Stop()
	out := http.NewResponseController(w)
	_ = out.SetReadDeadline(time.Time{}) // the request is read; its connection stays
	seen := map[int]int{}
	if s.sendRuns(w, seen) != nil || send(w, "ready", struct{}{}) != nil || out.Flush() != nil {
		return
	}
	for {
		var err error
		select {
		case <-r.Context().Done():
			return
		case <-s.done:
			return
		case <-look.C:
			err = s.sendRuns(w, seen)
		case <-beat.C:
			_, err = fmt.Fprint(w, ": still here\n\n")
		}
		if err != nil || out.Flush() != nil {
			return
		}
	}
}

// sendRuns sends the runs that have changed.
func (s *Server) sendRuns(w http.ResponseWriter, seen map[int]int) error {
	for _, v := range s.jobs.changed(seen) {
		if err := send(w, "run", &v); err != nil {
			return err
		}
	}
	return nil
}

// send sends an event. JSON has no line ends.
func send(w http.ResponseWriter, event string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "event: %s\ndata: %s\n\n", event, text)
	return err
}
