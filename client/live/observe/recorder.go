package observe

import (
	"sync"
	"sync/atomic"
	"time"

	"swarmsim/client"
	"swarmsim/client/live"
	"swarmsim/sim/record"
)

// Options describe a torrent that is recorded.
type Options struct {
	Name     string // of the torrent
	About    string // what was done, in a sentence
	Scenario []byte // describes the client, for scenario.yaml
	Upload   int64  // limits of the rates in bytes per second; 0 for none
	Download int64
}

// The groups of the record.
const (
	clientGroup  = "client"
	leecherGroup = "leechers"
	seedGroup    = "seeds"
)

// Recorder records a torrent. It is the torrent's Trace.
type Recorder struct {
	options  Options
	torrent  atomic.Pointer[live.Torrent]
	stop     chan struct{}
	stopOnce sync.Once
	sampling sync.WaitGroup

	// Owned by the torrent's loop until the torrent has stopped.
	writer     *record.Writer
	started    bool
	start      time.Duration // of the record, by the torrent's clock
	client     ownState
	neighbours neighbours
	samples    samples
	copies     *record.PieceCopies
	last       totals
}

// ownState is what happened to the client. Times are since the start of the record; 0 if it has not.
type ownState struct {
	pieces, had      int // in all, and at the start
	have             int
	first, completed time.Duration
	milestones       record.Milestones
	slotTime         time.Duration // of regular slots
}

// totals are the client's counters at the last sample.
type totals struct {
	at             time.Duration
	received, sent int64 // in messages
	counters       client.Counters
}

// interval is the time between samples.
const interval = 100 * time.Millisecond

// New begins a record whose files are made by create.
func New(create record.Create, o Options) *Recorder {
	r := &Recorder{options: o, stop: make(chan struct{})}
	r.writer = record.NewWriter(create, []string{clientGroup, leecherGroup, seedGroup}, true, false, false)
	r.neighbours.init()
	return r
}

// Follow takes samples of the torrent until it stops.
func (r *Recorder) Follow(t *live.Torrent) {
	r.torrent.Store(t)
	r.sampling.Go(func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				r.Sample()
			case <-r.stop:
				return
			}
		}
	})
}

// Sample takes a sample now, if the torrent is downloaded or seeded.
func (r *Recorder) Sample() {
	t := r.torrent.Load()
	if t == nil {
		return
	}
	if s := t.State(); s == live.Downloading || s == live.Seeding {
		t.View(r.sample)
	}
}

// Stop ends the sampling.
func (r *Recorder) Stop() {
	r.stopOnce.Do(func() { close(r.stop) })
	r.sampling.Wait()
}

// since returns a time of the torrent's clock as time since the start of the record.
func (r *Recorder) since(now time.Duration) time.Duration {
	if !r.started {
		r.started, r.start = true, now
	}
	return now - r.start
}

// peer returns the torrent's state machine; nil while the recorder does not know the torrent.
func (r *Recorder) peer() *client.Peer {
	if t := r.torrent.Load(); t != nil {
		return t.Peer()
	}
	return nil
}

// begin notes what the client has at the first sample or the first thing that happens.
func (r *Recorder) begin(p *client.Peer) {
	if r.copies != nil {
		return
	}
	r.client.pieces = len(p.Copies())
	r.client.had = p.HaveCount()
	r.client.have = p.HaveCount()
	r.copies = record.NewPieceCopies(r.client.pieces, interval)
}

// peerNumber is the client's number in the record.
const peerNumber = 1

// Note implements client.Trace.
func (r *Recorder) Note(now time.Duration, n client.Note, id client.ConnID, arg uint32) {
	at := r.since(now)
	p := r.peer()
	if p == nil {
		return
	}
	r.begin(p)
	e := record.Event{TimeNS: int64(at), Peer: peerNumber, Other: -1, Piece: -1}
	switch n {
	case client.PieceDone:
		r.pieceDone(at)
		e.Event, e.Piece = "piece", int32(arg)
	case client.PieceFailed:
		e.Event, e.Piece = "bad-piece", int32(arg)
	case client.Finished:
		r.client.completed = at
		e.Event = "completed"
	case client.Met:
		r.neighbours.met(at, id)
		return
	case client.Parted:
		r.parted(at, id)
		return
	case client.Unchoked, client.Slotted:
		r.client.slotTime += r.neighbours.unchoked(at, id, arg != 0)
		e.Event, e.Other = "unchoked", r.neighbours.number(id)
	case client.Choked:
		r.client.slotTime += r.neighbours.choked(at, id)
		e.Event, e.Other = "choked", r.neighbours.number(id)
	default:
		return
	}
	r.writer.Event(e)
}

// pieceDone notes a piece.
func (r *Recorder) pieceDone(at time.Duration) {
	c := &r.client
	c.have++
	if c.have == 1 {
		c.first = at
	}
	c.milestones.PieceCompleted(c.have, c.pieces, at)
}

// parted notes the end of a connection.
func (r *Recorder) parted(at time.Duration, id client.ConnID) {
	r.neighbours.update(at, id, r.peer().Neighbour(id), r.client.pieces, r.writer)
	r.client.slotTime += r.neighbours.choked(at, id)
	r.neighbours.parted(at, id, r.writer)
}
