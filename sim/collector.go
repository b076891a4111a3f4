package sim

import (
	"cmp"
	"slices"
	"time"

	"swarmsim/sim/measure"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// collector measures a run. It is called between the engine's lookahead windows (see sim/engine).
// It passes the events that nodes have emitted to the measures below, writes the record while the
// run goes on, and decides when the run is over.
type collector struct {
	world    *world
	writer   *record.Writer
	deadline time.Duration
	onPiece  func(Piece) // called for every completed piece; may be nil

	trace       traceMerger
	log         eventLogger
	logs        bool              // the record has an event log
	onMessage   func(WireMessage) // called for every recorded message; may be nil
	present     presentNodes
	completions measure.Completions
	seedUpload  measure.SeedUpload
	sampler     sampler
	pairs       pairMeasures

	// connGraphAtHalf is the connection graph at the moment when half of the expected leechers had
	// completed; nil until then, or if record.graph is off.
	connGraphAtHalf *record.Graph
}

func newCollector(w *world, out *record.Writer, o *Options) *collector {
	s := w.scenario
	c := &collector{
		world:       w,
		writer:      out,
		deadline:    s.Stop.Deadline.Std(),
		onPiece:     o.Piece,
		onMessage:   o.Message,
		log:         eventLogger{world: w, out: out},
		logs:        s.Record.EventLog(),
		completions: measure.NewCompletions(len(s.Groups)),
		seedUpload:  measure.NewSeedUpload(w.content.Torrent.Pieces(), w.seedsSent),
		sampler:     newSampler(w),
		pairs:       newPairMeasures(w),
	}
	for _, n := range w.nodes {
		if n.arrivalScheduled() {
			c.completions.Expect(n.isSeed())
		}
	}
	return c
}

// endWindow applies the events of the window that ends now and reports whether the run goes on.
func (c *collector) endWindow(now time.Duration) (goOn bool) {
	c.trace.merge(c.world.trace)
	for i := range c.trace.len() {
		c.apply(c.trace.event(i))
	}
	c.log.endWindow()
	c.passMessages()
	c.seedUpload.EndWindow()
	c.recordConnGraphAtHalf(now)
	for c.sampler.next <= now && c.sampler.next <= c.deadline {
		c.sample()
	}
	return !c.done() && !c.starved()
}

// passMessages passes on the recorded messages of the window, in the order of time and peer.
func (c *collector) passMessages() {
	if !c.world.keepsWire {
		return
	}
	var messages []WireMessage
	for i := range c.world.logs {
		b := &c.world.logs[i]
		messages = append(messages, b.messages...)
		b.messages = b.messages[:0]
	}
	slices.SortStableFunc(messages, func(a, b WireMessage) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Peer, b.Peer))
	})
	for _, m := range messages {
		c.onMessage(m)
	}
}

// done reports whether the scenario stops when all leechers are done (stop.when: done), and they
// are: each has completed or departed, and none is still to arrive.
func (c *collector) done() bool {
	return c.world.scenario.Stop.When == scenario.StopDone && c.completions.Done()
}

// starved reports whether the same stop rule applies, but the remaining leechers can never
// complete: pieces are gone from the swarm and cannot return, and that has lasted a minute.
func (c *collector) starved() bool {
	return c.world.scenario.Stop.When == scenario.StopDone && c.sampler.starvation.Reached(c.sampler.interval)
}

func (c *collector) sample() {
	s := c.sampler.sample(c.present, c.completions.AllArrived())
	c.writer.Sample(s)
	if c.world.scenario.Record.Graph == scenario.GraphSamples {
		c.writer.Graph(c.graph(s.At))
	}
}

// apply applies an event to the parts that it concerns.
func (c *collector) apply(e *traceEvent) {
	if c.logs {
		c.log.add(e)
	}
	n := c.world.node(e.host)
	switch e.kind {
	case arrived:
		c.arrive(n, e.at)
	case neverArrived: // an event of the scenario removed the peer before its arrival
		if n.arrivalScheduled() { // and the peer was counted in newCollector
			c.completions.Cancel(n.isSeed())
		}
	case pieceCompleted:
		if c.onPiece != nil {
			c.onPiece(Piece{e.at, n.group, int(e.host), int(e.arg)})
		}
		c.world.copies.Add(int(e.arg), 1)
		if !n.isSeed() {
			c.seedUpload.PieceCompleted(int(e.arg))
		}
	case completed:
		c.completions.Complete(n.group, e.at-n.lifetime.arriveAt, e.at)
		c.sampler.downloads[n.group].Stop(e.at)
		c.seedUpload.LeecherCompleted()
		c.pairs.stop(e.host, e.at)
	case departed:
		c.pairs.stop(e.host, e.at)
		c.depart(n, e.at)
	case pieceFailed: // only logged
	default:
		c.pairs.apply(e)
	}
}

func (c *collector) arrive(n *node, at time.Duration) {
	c.completions.Arrive(n.isSeed())
	c.present.add(n)
	if n.isSeed() {
		c.world.copies.AddAll(1)
		return
	}
	c.sampler.downloads[n.group].Start(at)
	c.pairs.arrive(n.host.ID(), at)
}

// depart accounts for a peer that has departed, and releases its client and its store.
func (c *collector) depart(n *node, at time.Duration) {
	if n.peer.Complete() {
		c.world.copies.AddAll(-1)
	} else {
		for i := range c.world.content.Torrent.Pieces() {
			if n.peer.Have(i) {
				c.world.copies.Add(i, -1)
			}
		}
	}
	if !n.isSeed() && !n.peer.Complete() {
		c.completions.DepartIncomplete()
		c.sampler.downloads[n.group].Stop(at)
	}
	c.sampler.departed.add(n)
	c.present.remove(n)
	c.world.verify(n)
	n.peer, n.store, n.disk = nil, nil, nil
}

// progress is how far the run is.
func (c *collector) progress(now time.Duration) Progress {
	return Progress{
		Now:      now,
		Deadline: c.deadline,
		Leechers: c.completions.Downloading,
		Done:     c.completions.Completed(),
		Expected: c.completions.Expected(),
		Goodput:  c.sampler.goodput,
		Sample:   c.sampler.latest,
	}
}

// presentNodes lists the nodes that are present, in no particular order. Each node knows its
// index in the list.
type presentNodes []*node

func (p *presentNodes) add(n *node) {
	n.index = len(*p)
	*p = append(*p, n)
}

// remove puts the last node in n's place.
func (p *presentNodes) remove(n *node) {
	last := len(*p) - 1
	moved := (*p)[last]
	(*p)[n.index] = moved
	moved.index = n.index
	*p = (*p)[:last]
}
