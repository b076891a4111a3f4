package queue

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"swarmsim/lab/cluster"
)

// listen answers workers, and those that ask for the status.
func (s *server) listen() error {
	answer := func(m *nats.Msg, v any) {
		if text, err := json.Marshal(v); err == nil && m.Reply != "" {
			m.Respond(text)
		}
	}
	_, err := s.nc.Subscribe(s.subject("hello"), func(m *nats.Msg) { answer(m, s.welcome(m.Data)) })
	_, err2 := s.nc.Subscribe(s.subject("status"), func(m *nats.Msg) { answer(m, s.status()) })
	_, err3 := s.nc.Subscribe(s.subject("state"), func(m *nats.Msg) {
		var st state
		if json.Unmarshal(m.Data, &st) == nil && st.Worker != "" {
			st.Host = cut(st.Host)
			s.list.heard(st, time.Now())
		}
	})
	return errors.Join(err, err2, err3)
}

// cut bounds the name of a host.
func cut(host string) string { return fmt.Sprintf("%.100s", host) }

// welcome answers the first message of a worker: it is refused if its program is another one.
func (s *server) welcome(text []byte) welcome {
	var h hello
	switch err := json.Unmarshal(text, &h); {
	case err != nil || h.Protocol != protocol:
		return s.turnAway(h, fmt.Sprintf("the server speaks version %d of the protocol, and this worker %d: copy the server's program", protocol, h.Protocol))
	case h.Program != s.Program:
		return s.turnAway(h, fmt.Sprintf("the server's program is %.12s (version %s), and this one %.12s (version %.40s), which may give "+
			"other results: copy the server's program to this machine", s.Program, s.Version, h.Program, h.Version))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return welcome{ID: s.id, Job: s.Job, AckWait: s.AckWait, Finished: s.finished}
}

func (s *server) turnAway(h hello, why string) welcome {
	if h.Worker != "" {
		s.refuse(fmt.Sprintf("worker %s is refused: %s", cut(h.Host), why))
	}
	return welcome{Error: why}
}

// maxRefusals bounds how many refusals are noted.
const maxRefusals = 100

func (s *server) refuse(why string) {
	s.list.refused()
	s.mu.Lock()
	s.refusals++
	n := s.refusals
	s.mu.Unlock()
	switch {
	case n < maxRefusals:
		s.Note(why)
	case n == maxRefusals:
		s.Note("more is refused, and not shown any more")
	}
}

// collect stores a result, tells its worker, and acknowledges it.
func (s *server) collect(m jetstream.Msg) {
	v, worker, err := s.put(m)
	if err != nil {
		s.tell(err) // without acknowledging it
		return
	}
	if v.failed != nil {
		s.tell(v.failed) // the run is played again when the sweep is
	}
	if text, err := json.Marshal(v); err == nil && worker != "" {
		s.nc.Publish(worker, text) // a worker that hears nothing sends its result again
	}
	m.Ack() // if that is lost, the result comes again, which changes nothing
}

// tell wakes serve. An error goes before the news that no run is left.
func (s *server) tell(err error) {
	for {
		select {
		case s.events <- err:
			return
		default:
		}
		select {
		case old := <-s.events:
			if err == nil {
				err = old
			}
		default:
		}
	}
}

// put stores a result. answer is the subject of the verdict. An error means that the server cannot go on.
func (s *server) put(m jetstream.Msg) (v verdict, answer string, err error) {
	r, err := parseResult(m.Headers().Get(resultHeader), m.Data())
	answer = r.Answer
	if err == nil && r.Work != s.id {
		err = fmt.Errorf("%w: it is of another sweep or program, %.32q", cluster.ErrUnknown, r.Work)
	}
	if err == nil && r.Failed != "" {
		return s.failed(r), answer, nil
	}
	if err == nil {
		err = s.store.Put(r.Run, r.row)
	}
	switch {
	case err == nil:
		s.countStored(r)
		return verdict{Stored: true}, answer, nil
	case errors.Is(err, cluster.ErrGarbled), errors.Is(err, cluster.ErrUnknown), errors.Is(err, cluster.ErrConflict):
		s.refuse(fmt.Sprintf("a result of %s is refused: %v", s.hostOf(r.Worker), err))
		return verdict{Again: errors.Is(err, cluster.ErrGarbled), Error: err.Error()}, answer, nil
	}
	return v, "", fmt.Errorf("a result cannot be stored, and was not acknowledged: %w", err)
}

// failed ends the sweep if a worker cannot play a run, as it would end on one machine.
func (s *server) failed(r *result) verdict {
	s.mu.Lock()
	_, asked := s.left[r.Run.Key]
	s.mu.Unlock()
	v := verdict{Error: "the run failed"}
	if asked {
		v.Again, v.failed = true, fmt.Errorf("on %s: %.1000s", s.hostOf(r.Worker), r.Failed)
	}
	return v
}

func (s *server) countStored(r *result) {
	s.mu.Lock()
	_, asked := s.left[r.Run.Key]
	delete(s.left, r.Run.Key)
	none := asked && len(s.left) == 0
	s.mu.Unlock()
	if asked {
		s.list.stored(r.Worker, time.Now())
	}
	if none {
		s.tell(nil)
	}
}

// hostOf returns the name of a worker's machine.
func (s *server) hostOf(worker string) string {
	s.list.mu.Lock()
	defer s.list.mu.Unlock()
	if m := s.list.members[worker]; m != nil {
		return m.state.Host
	}
	return "an unknown worker"
}
