package recorder

import (
	"sync"
	"time"

	"swarmsim/sim/measure"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
	"swarmsim/testbed/driver"
)

// BlockLength is that of the clients.
const BlockLength = 16 << 10

// Config describes a run.
type Config struct {
	Scenario *scenario.Scenario
	Length   int64 // of the content
	Pieces   int
	Peers    []Peer
}

// Peer is what is known of a peer before the run.
type Peer struct {
	Group    int // its index in the scenario
	Seed     bool
	Up, Down int64 // bytes per second
}

// Traffic is the bytes on a host's links.
type Traffic struct{ Sent, Received int64 }

// Progress is how far a run is.
type Progress struct {
	Leechers, Done, Expected int     // downloading, complete, in all
	Goodput                  float64 // bytes per second, over the last interval of the record
}

// peer is a peer of a run. Times are since the start; 0 if it has not happened.
type peer struct {
	Peer
	here                           bool
	hasArrived                     bool
	arrived, first, complete, gone time.Duration
	milestones                     record.Milestones
	outcome                        record.Outcome
	progress                       driver.Progress
	pieces                         []bool
	have                           int
	sentAtLast                     int64 // bytes of content sent at the swarm's last completion
}

// Recorder measures a run.
type Recorder struct {
	Config
	peers []*peer

	mu          sync.Mutex
	links       []Traffic // of the tracker and the peers, in this order
	copies      *measure.Copies
	completions measure.Completions
	seedUpload  measure.SeedUpload
	downloads   []measure.DownloadTime // by group
	pieceCopies *record.PieceCopies
	entropies   []float64
	previous    totals        // at the last sample
	goodput     float64       // of the last sample
	done        chan struct{} // closed when no leecher is downloading or still to arrive
}

// New returns the recorder of a run that has not begun.
func New(c Config) *Recorder {
	groups := len(c.Scenario.Groups)
	s := &Recorder{
		Config:      c,
		links:       make([]Traffic, 1+len(c.Peers)),
		copies:      measure.NewCopies(c.Pieces, len(c.Peers)),
		completions: measure.NewCompletions(groups),
		downloads:   make([]measure.DownloadTime, groups),
		pieceCopies: record.NewPieceCopies(c.Pieces, c.Scenario.Record.Interval.Std()),
		previous:    totals{useful: make([]int64, groups)},
		done:        make(chan struct{}),
	}
	s.seedUpload = measure.NewSeedUpload(c.Pieces, s.seedsSent)
	for _, p := range c.Peers {
		s.peers = append(s.peers, &peer{Peer: p, pieces: make([]bool, c.Pieces)})
		s.completions.Expect(p.Seed)
	}
	return s
}

// Done is closed when no leecher is downloading or still to arrive.
func (s *Recorder) Done() <-chan struct{} { return s.done }

// Links takes the bytes on the links so far: the tracker's, and those of each peer.
func (s *Recorder) Links(t []Traffic) {
	s.mu.Lock()
	defer s.mu.Unlock()
	copy(s.links, t)
}

// Progress returns how far the run is.
func (s *Recorder) Progress() Progress {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Progress{
		Done: s.completions.Completed(), Expected: s.completions.Expected(), Leechers: s.completions.Downloading,
		Goodput: s.goodput,
	}
}

// seedsSent is how many bytes of content the initial seeds have sent.
func (s *Recorder) seedsSent() (n int64) {
	for _, p := range s.peers {
		if p.Seed {
			n += p.progress.Uploaded
		}
	}
	return n
}

// Arrive notes that a peer arrives.
func (s *Recorder) Arrive(i int, at time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.peers[i]
	p.here, p.hasArrived, p.arrived = true, true, at
	s.completions.Arrive(p.Seed)
	if p.Seed {
		s.copies.AddAll(1)
	} else {
		s.downloads[p.Group].Start(at)
	}
}

// Observe takes a client's report.
func (s *Recorder) Observe(i int, at time.Duration, r driver.Progress) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.peers[i]
	if !p.here {
		return
	}
	p.progress = r
	if p.Seed || p.complete > 0 {
		return
	}
	for i := range p.pieces {
		if !p.pieces[i] && (r.Complete || r.HasPiece(i)) {
			s.pieceCompleted(p, i, at)
		}
	}
	if r.Complete {
		s.completed(p, at)
	}
}

func (s *Recorder) pieceCompleted(p *peer, piece int, at time.Duration) {
	p.pieces[piece] = true
	p.have++
	if p.have == 1 {
		p.first = at
	}
	p.milestones.PieceCompleted(p.have, len(p.pieces), at)
	s.copies.Add(piece, 1)
	s.seedUpload.PieceCompleted(piece)
}

func (s *Recorder) completed(p *peer, at time.Duration) {
	p.complete = at
	s.completions.Complete(p.Group, at-p.arrived, at)
	s.downloads[p.Group].Stop(at)
	s.seedUpload.LeecherCompleted()
	s.seedUpload.EndWindow()
	for _, other := range s.peers {
		other.sentAtLast = other.progress.Uploaded
	}
	s.checkDone()
}

// Depart notes that a peer leaves.
func (s *Recorder) Depart(i int, at time.Duration, outcome record.Outcome) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.peers[i]
	p.here, p.gone, p.outcome = false, at, outcome
	switch {
	case p.Seed || p.complete > 0:
		s.copies.AddAll(-1)
	default:
		for i, has := range p.pieces {
			if has {
				s.copies.Add(i, -1)
			}
		}
		s.completions.DepartIncomplete()
		s.downloads[p.Group].Stop(p.gone)
	}
	s.checkDone()
}

func (s *Recorder) checkDone() {
	if !s.completions.Done() {
		return
	}
	select {
	case <-s.done:
	default:
		close(s.done)
	}
}
