package sim

import (
	"context"
	"io/fs"
	"time"

	"swarmsim/sim/content"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// Options say how to play a run. None of them changes its record.
type Options struct {
	Workers  int            // goroutines that play hosts, at least 1
	Files    fs.FS          // holds the files that the scenario names; nil if it names none
	Dir      string         // the folder in Files that the scenario's paths are relative to
	Create   record.Create  // creates the files of the record
	Progress func(Progress) // called after each sample; may be nil
	Piece    func(Piece)    // called for every completed piece, in the order of time; may be nil

	Message func(WireMessage) // called for every message of the peers of record.messages, and every end of a connection, likewise; may be nil

	Hashing func(done, total int64) // called with bytes while content.path is read; may be nil
}

// Piece is a piece that a peer has completed.
type Piece struct {
	At    time.Duration
	Group int // its index in the scenario
	Peer  int
	Piece int
}

// Progress is how far a run is.
type Progress struct {
	Now      time.Duration
	Deadline time.Duration
	Leechers int     // present and not complete
	Done     int     // leechers that have completed
	Expected int     // leechers that have arrived or will
	Goodput  float64 // bytes per second

	Sample *record.Sample // the latest row of the time series, which stays as it is
}

// Result is what Run returns beside the record.
type Result struct {
	Summary  record.Summary
	Events   int64 // played by the engine
	Verified int   // completed peers whose real content was compared with the source, and equals it
}

// Run plays a scenario and writes its record. When ctx ends, the run ends too and its record is
// marked incomplete. If Run returns an error, the record is not to be relied on.
func Run(ctx context.Context, s *scenario.Scenario, o Options) (*Result, error) {
	data, err := content.Load(ctx, s, o.Files, o.Dir, o.Hashing)
	if err != nil {
		return nil, err
	}
	w := newWorld(s, data, max(o.Workers, 1))
	out, err := newWriter(s, o.Create)
	if err != nil {
		return nil, err
	}
	w.keepsWire = o.Message != nil
	c := newCollector(w, out, &o)
	shown := c.sampler.next
	now := w.engine.Run(s.Stop.Deadline.Std(), func(now time.Duration) bool {
		if !c.endWindow(now) || ctx.Err() != nil {
			return false
		}
		if o.Progress != nil && c.sampler.next != shown {
			shown = c.sampler.next
			o.Progress(c.progress(now))
		}
		return true
	})
	c.log.finish()
	sum := c.summary(now, ctx.Err() != nil)
	c.writePeers(now)
	out.PieceCopies(c.sampler.pieceCopies)
	if err := out.Close(sum); err != nil {
		return nil, err
	}
	if err := w.checkConservation(&sum.Blocks); err != nil {
		return nil, err
	}
	verified, err := w.verifyAll()
	return &Result{Summary: *sum, Events: w.engine.Events(), Verified: verified}, err
}

// newWriter starts a scenario's record with the resolved scenario.
func newWriter(s *scenario.Scenario, create record.Create) (*record.Writer, error) {
	groups := make([]string, len(s.Groups))
	for i := range s.Groups {
		groups[i] = s.Groups[i].Name
	}
	out := record.NewWriter(create, groups, s.Record.EventLog(), s.Record.Graph != "", s.Playback.Rate > 0)
	text, err := s.Print()
	if err != nil {
		return nil, err
	}
	out.Scenario(text)
	return out, nil
}

// writePeers writes the line of every peer that was present.
func (c *collector) writePeers(now time.Duration) {
	for _, n := range c.world.nodes {
		if n.hasArrived() {
			row := n.row(now)
			row.UnchokedS, row.UnchokedOwnS = c.pairs.unchoking.GivenBy(n.host.ID())
			c.writer.Peer(&row)
		}
	}
}
