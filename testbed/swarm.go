package testbed

import (
	"time"

	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
	"swarmsim/testbed/driver"
	"swarmsim/testbed/recorder"
)

// swarm is the peers of a run and what measures them: clients report to it from their goroutines.
type swarm struct {
	scenario *scenario.Scenario
	content  *content
	work     string
	start    time.Time
	peers    []*peer
	recorder *recorder.Recorder
}

func newSwarm(p *Plan, c *content, work string) *swarm {
	s := &swarm{scenario: p.scenario, content: c, work: work}
	known := recorder.Config{Scenario: p.scenario, Length: c.meta.Length, Pieces: c.meta.Pieces()}
	for i := range p.peers {
		x := &p.peers[i]
		s.peers = append(s.peers, &peer{planned: *x, index: i})
		known.Peers = append(known.Peers, recorder.Peer{Group: x.group, Seed: x.seed, Up: x.up, Down: x.down})
	}
	s.recorder = recorder.New(known)
	return s
}

// now is the time since the start.
func (s *swarm) now() time.Duration { return time.Since(s.start) }

// arrive notes that a peer's client is being started. Seeds that arrive at 0 s run already.
func (s *swarm) arrive(p *peer) {
	at := s.now()
	if p.seed {
		at = p.arriveAt
	}
	s.recorder.Arrive(p.index, at)
}

// observe takes a client's report.
func (s *swarm) observe(p *peer, r driver.Progress) {
	s.recorder.Observe(p.index, r.At.Sub(s.start), r)
}

// depart notes that a peer leaves.
func (s *swarm) depart(p *peer, outcome record.Outcome) { s.recorder.Depart(p.index, s.now(), outcome) }
