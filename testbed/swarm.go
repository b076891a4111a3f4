package testbed

import (
	"sync"
	"time"

	"swarmsim/sim/measure"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
	"swarmsim/testbed/driver"
	"swarmsim/testbed/emulator"
)

// swarm measures a run: clients report to it from their goroutines.
type swarm struct {
	scenario *scenario.Scenario
	content  *content
	work     string
	start    time.Time
	peers    []*peer

	mu          sync.Mutex
	links       emulator.Stats // of the tracker and the peers, in this order
	copies      *measure.Copies
	completions measure.Completions
	seedUpload  measure.SeedUpload
	downloads   []measure.DownloadTime // by group
	pieceCopies *record.PieceCopies
	entropies   []float64
	previous    totals        // at the last sample
	goodput     float64       // of the last sample
	allDone     chan struct{} // closed when no leecher is downloading or still to arrive
}

func newSwarm(p *Plan, c *content, work string) *swarm {
	s := &swarm{
		scenario: p.scenario, content: c, work: work,
		copies:      measure.NewCopies(c.meta.Pieces(), len(p.peers)),
		completions: measure.NewCompletions(len(p.scenario.Groups)),
		downloads:   make([]measure.DownloadTime, len(p.scenario.Groups)),
		pieceCopies: record.NewPieceCopies(c.meta.Pieces(), p.scenario.Record.Interval.Std()),
		previous:    totals{useful: make([]int64, len(p.scenario.Groups))},
		links:       emulator.Stats{Hosts: make([]emulator.Traffic, 1+len(p.peers))},
		allDone:     make(chan struct{}),
	}
	s.seedUpload = measure.NewSeedUpload(c.meta.Pieces(), s.seedsSent)
	for i := range p.peers {
		s.peers = append(s.peers, &peer{planned: p.peers[i], index: i, pieces: make([]bool, c.meta.Pieces())})
		s.completions.Expect(p.peers[i].seed)
	}
	return s
}

// measureLinks takes the emulator's statistics.
func (s *swarm) measureLinks(e *emulator.Process) error {
	stats, err := e.Stats()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.links = stats
	return nil
}

// now is the time since the start.
func (s *swarm) now() time.Duration { return time.Since(s.start) }

// seedsSent is how many bytes of content the initial seeds have sent.
func (s *swarm) seedsSent() (n int64) {
	for _, p := range s.peers {
		if p.seed {
			n += p.progress.Uploaded
		}
	}
	return n
}

// arrive notes that a peer's client is being started. Seeds that arrive at 0 s run already.
func (s *swarm) arrive(p *peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.here, p.hasArrived = true, true
	s.completions.Arrive(p.seed)
	if p.seed {
		p.arrived = p.arriveAt
		s.copies.AddAll(1)
		return
	}
	p.arrived = s.now()
	s.downloads[p.group].Start(p.arrived)
}

// observe takes a client's report.
func (s *swarm) observe(p *peer, r driver.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !p.here {
		return
	}
	p.progress = r
	if p.seed || p.complete > 0 {
		return
	}
	at := r.At.Sub(s.start)
	for i := range p.pieces {
		if !p.pieces[i] && (r.Complete || r.HasPiece(i)) {
			s.pieceCompleted(p, i, at)
		}
	}
	if r.Complete {
		s.completed(p, at)
	}
}

func (s *swarm) pieceCompleted(p *peer, piece int, at time.Duration) {
	p.pieces[piece] = true
	p.have++
	if p.have == 1 {
		p.first = at
	}
	p.milestones.PieceCompleted(p.have, len(p.pieces), at)
	s.copies.Add(piece, 1)
	s.seedUpload.PieceCompleted(piece)
}

func (s *swarm) completed(p *peer, at time.Duration) {
	p.complete = at
	s.completions.Complete(p.group, at-p.arrived, at)
	s.downloads[p.group].Stop(at)
	s.seedUpload.LeecherCompleted()
	s.seedUpload.EndWindow()
	for _, other := range s.peers {
		other.sentAtLast = other.progress.Uploaded
	}
	s.checkDone()
}

// depart notes that a peer leaves.
func (s *swarm) depart(p *peer, outcome record.Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p.here, p.gone, p.outcome = false, s.now(), outcome
	switch {
	case p.seed || p.complete > 0:
		s.copies.AddAll(-1)
	default:
		for i, has := range p.pieces {
			if has {
				s.copies.Add(i, -1)
			}
		}
		s.completions.DepartIncomplete()
		s.downloads[p.group].Stop(p.gone)
	}
	s.checkDone()
}

func (s *swarm) checkDone() {
	if !s.completions.Done() {
		return
	}
	select {
	case <-s.allDone:
	default:
		close(s.allDone)
	}
}
