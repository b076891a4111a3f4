package client

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"swarmsim/client/assign"
	"swarmsim/client/backlog"
	"swarmsim/client/choke"
	"swarmsim/client/pieces"
	"swarmsim/slab"
)

// Never is later than any event.
const Never = time.Duration(math.MaxInt64)

// Peer is one client in one swarm. It is used by one goroutine at a time. The fields that any
// message touches come first, by cache lines: see docs/speed.md.
type Peer struct {
	settings       *Settings
	now            time.Duration // of the current step
	out            []Action      // of the current step
	conns          []conn        // by ConnID
	loop           Loop
	departed       bool
	slotsContended bool // an interested neighbour was left choked at the last round
	needsRates     bool // the backlog rule reads rates
	needsPace      bool // the backlog or assignment rule reads the blocks of each second
	defers         bool // the loop defers decisions
	unchokesAll    bool // the choker has unchoked every neighbour that it ever will
	rateLimited    bool // neighbours are served no faster than their meters allow
	gotSuggestions bool // some neighbour has suggested a piece

	nextRound  time.Duration
	nextSweep  time.Duration
	nextUpload time.Duration
	lastBlock  time.Duration // when any neighbour last sent a block
	announce   announcer     // begins with when the next is due

	reveal        *gradualReveal // nil if all pieces are announced
	scratch       *Scratch
	pieceOwner    assign.Owner // the assignment rule, if it gives pieces to neighbours; nil otherwise
	endGameTraits assign.EndGameTraits
	pieces        pieces.Table // begins with what any message touches

	established []ConnID // connections with both handshakes
	handshaking []ConnID // connections that still exchange them
	lastSerial  uint32   // of a connection
	storeFailed bool     // nothing is requested, because nothing can be stored
	traces      bool     // decisions: cfg.Trace is a DecisionTrace
	ruleTraits  assign.Traits

	optimisticChoker choke.OptimisticUnchoker // the choker, if it reports optimistic slots and there is a trace; nil otherwise

	// Every received and every sent block touches the end of counters and the beginning of cfg, which
	// share a cache line. Requesting a block touches the next line of cfg and the beginning of
	// assignView.
	counters       Counters
	cfg            Config
	torrent        *Torrent
	trackers       *trackerTiers // nil for a single tracker
	ext            *extensions   // nil without the extension protocol
	spareUploads   slab.Slices[peerRequest]
	resumedBytes   int64         // in pieces that were verified before the peer started
	allowedFastSet pieces.Bitset // scratch for requestableFrom
	assignView     assign.View

	spareRequests slab.Slices[pieces.Block] // recycled memory of request queues

	nextSuggestion int // the piece that is suggested next
	addresses      addressBook
	interestBudget interestBudget
}

// New returns a peer that has not started: its first Tick starts it. It panics if Config.Check finds fault.
func New(c Config) *Peer {
	if err := c.Check(); err != nil {
		panic(err)
	}
	p, storage := newPeer()
	p.cfg, p.settings, p.torrent = c, c.Settings, c.Torrent
	if p.scratch = c.Scratch; p.scratch == nil {
		p.scratch = &Scratch{}
	}
	p.initPieces(storage)
	p.initReveal()
	p.trackers = newTrackerTiers(c.Trackers, c.Rand)
	p.ext = p.newExtensions()
	p.rateLimited = c.limitsRates()
	if c.Viewer != nil {
		p.assignView.Playhead = func() int { return c.Viewer.Position(p.now) }
	}
	_, p.needsRates = c.Backlog.(backlog.NeedsDownRate)
	_, counting := c.Backlog.(backlog.NeedsArrivals)
	p.needsPace = counting || p.ruleTraits.Pace
	_, p.traces = c.Trace.(DecisionTrace)
	if c.Trace != nil {
		p.optimisticChoker, _ = c.Choker.(choke.OptimisticUnchoker)
	}
	p.nextUpload = Never
	p.loop, p.defers = c.Loop.attach(p), c.Loop.defers()
	return p
}

// initPieces makes the piece table and what the assignment strategies see of the peer.
func (p *Peer) initPieces(s *pieces.Storage) {
	c := &p.cfg
	p.ruleTraits, p.endGameTraits = c.Assign.Traits(), c.EndGame.Traits()
	p.pieceOwner, _ = c.Assign.(assign.Owner)
	o := pieces.Options{Complete: c.Complete, PickActive: p.ruleTraits.PickActive}
	if p.ruleTraits.Ranks {
		o.Ranks = randomRanks(c.Torrent.Pieces(), c.Rand)
	}
	p.pieces.Init(&c.Torrent.Layout, o, s)
	p.assignView = assign.View{
		Pieces: &p.pieces, Neighbours: neighbours{p}, Rand: c.Rand, Rule: c.Assign,
		Broadcast: p.endGameTraits.Broadcast, Picker: c.Picker, PickView: &p.scratch.view,
	}
	for piece := range c.Torrent.Pieces() {
		if c.Have != nil && c.Have.Has(piece) {
			p.pieces.Verified(piece)
			p.resumedBytes += c.Torrent.PieceSize(piece)
		}
	}
	p.setPriorities(c.Priorities)
}

// randomRanks returns a random order of the pieces, which breaks ties between them.
func randomRanks(count int, r *rand.Rand) []uint32 {
	ranks := make([]uint32, count)
	for i := range ranks {
		ranks[i] = uint32(i)
	}
	r.Shuffle(count, func(i, j int) { ranks[i], ranks[j] = ranks[j], ranks[i] })
	return ranks
}

// Complete reports whether the peer has all pieces.
func (p *Peer) Complete() bool { return p.pieces.Complete() }

// Finished reports whether the peer has all pieces that it is to download. It then behaves as a seed,
// also if it skips pieces (BEP 21, partial seeds).
func (p *Peer) Finished() bool { return p.pieces.Finished() }

// HaveCount returns the number of verified pieces.
func (p *Peer) HaveCount() int { return p.pieces.HaveCount() }

// Have reports whether it has a piece, verified.
func (p *Peer) Have(piece int) bool { return p.pieces.Has(piece) }

// WantedBytes returns the bytes in the pieces that the peer has or is to download, and Left those in
// the pieces among them that it lacks.
func (p *Peer) WantedBytes() int64 {
	return p.bytesIn(func(piece int) bool { return !p.pieces.Skips(piece) })
}
func (p *Peer) Left() int64 { return p.bytesIn(p.pieces.Lacks) }

// bytesIn returns how many bytes are in the pieces for which counts returns true.
func (p *Peer) bytesIn(counts func(piece int) bool) (n int64) {
	for piece := range p.pieces.Count() {
		if counts(piece) {
			n += p.pieces.Layout().PieceSize(piece)
		}
	}
	return n
}

// Counters returns what it has done so far.
func (p *Peer) Counters() Counters { return p.counters }

// Connections returns the established connections. The list is valid until the next Step and not
// to be changed.
func (p *Peer) Connections() []ConnID { return p.established }

// BytesReceived returns the bytes in all blocks that were received on a connection, stored or not.
// It is valid until the Trace has been told that the connection is gone.
func (p *Peer) BytesReceived(id ConnID) int64 { return p.conns[id].down.total }

// Step handles an event and appends to out what the caller is to do. now must not decrease from one
// step to the next. Step keeps nothing of e.
func (p *Peer) Step(now time.Duration, e *Event, out []Action) []Action {
	p.now, p.out = now, out
	switch e.Kind {
	case Received:
		p.onMessage(e)
	case Sent:
		p.onBlockSent(e.Conn, e.Message.Length)
	case Opened:
		p.onOpened(e)
	case BlockRead:
		p.onBlockRead(e.Conn, &e.Message)
	case PieceVerified:
		p.onPieceVerified(e.Message.Index, e.Good)
	case StorageFailed:
		p.onStorageFailed(e.Conn, &e.Message)
	case StorageRestored:
		p.onStorageRestored()
	case Closed:
		p.onDisconnect(e.Conn)
	case DialFailed:
		p.onDialFailed(unmapped(e.Addr))
	case PeersFound:
		p.addFound(e.Source, e.Reply.Peers, 0)
	case PieceLost:
		p.onPieceLost(e.Message.Index)
	case Announced:
		p.onAnnounced(e.Reply)
	case AnnounceFailed:
		p.announce.onFailure(p.now, p.trackers.onFailure())
	case Tick:
		p.tick()
	case Prioritize:
		p.prioritize(e.Message.Data)
	case Leave:
		p.leave()
	}
	p.loop.end(e.Kind, e.Conn)
	out, p.out = p.out, nil
	return out
}

// NextTick returns when the peer needs a Tick event; Never for not at all. Any Step may change it.
func (p *Peer) NextTick() time.Duration {
	if p.departed {
		return Never
	}
	return min(p.loop.next(), p.nextSweep, p.nextUpload, p.announce.next)
}

// tick does what is due.
func (p *Peer) tick() {
	if p.departed {
		return
	}
	if p.nextRound == 0 { // the first tick starts the peer and spreads periodic work
		p.nextRound = p.now + p.settings.Choking.FirstRound
		if p.settings.Choking.FirstRound == 0 {
			p.nextRound = p.now + p.drawTime(p.settings.Choking.Interval)
		}
		p.announce.next = Never
		p.loop.begin()
		p.nextSweep = p.now + p.drawTime(p.sweepInterval())
	}
	if p.now >= p.announce.next {
		p.announceDue()
	}
	p.loop.tick()
	if p.now >= p.nextUpload {
		p.resumeUploads()
	}
	if p.now >= p.nextSweep {
		p.nextSweep += p.sweepInterval()
		p.sweep()
	}
}

// drawTime returns a random duration above 0, up to d.
func (p *Peer) drawTime(d time.Duration) time.Duration {
	return 1 + time.Duration(p.cfg.Rand.Int64N(int64(d)))
}

// send has a message of a kind sent to a neighbour, at once or when the loop decides, and returns
// it. The caller fills it in before anything else is sent.
func (p *Peer) send(id ConnID, k Kind) *Message { return p.loop.send(id, k) }

// sendNow has a message sent. It is built in place in the action: copying a freshly written
// struct would stall on store-to-load forwarding.
func (p *Peer) sendNow(id ConnID, k Kind) *Message {
	p.conns[id].lastSent = p.now
	n := len(p.out)
	p.out = slices.Grow(p.out, 1)[:n+1]
	a := &p.out[n]
	*a = Action{}
	a.Kind, a.Conn, a.Message.Kind = Send, id, k
	return &a.Message
}

// trace tells the trace, if there is one.
func (p *Peer) trace(n Note, id ConnID, arg uint32) {
	if p.cfg.Trace != nil {
		p.cfg.Trace.Note(p.now, n, id, arg)
	}
}
