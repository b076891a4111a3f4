package client

import (
	"math"
	"net/netip"
	"slices"
	"time"

	"swarmsim/client/backlog"
	"swarmsim/client/choke"
	"swarmsim/client/pick"
	"swarmsim/prefetch"
)

// Never is a time that does not come.
const Never = time.Duration(math.MaxInt64)

// Peer is one client in one swarm. It is touched by one goroutine. What any
// message touches comes first, by cache lines: see ahead.go. The first is a word short,
// which the allocator puts before it.
type Peer struct {
	// Any message.
	set       *Settings
	torrent   *Torrent
	now       time.Duration
	out       []Action
	numPieces int

	bitsetWords    int      // words of a bitset
	conns          []conn   // by ConnID
	theirBits      []uint64 // pieces of each neighbour, perWord words each
	blocksPerPiece block    // blocks of a full piece
	left           bool
	slotsContended bool // an interested neighbour was left choked at the last round
	scopeLimited   bool // only pieces in scope may be asked for
	inTurn         bool
	needsRates     bool // the backlog rule wants to know rates
	needsPace      bool // somebody wants to know what blocks come second by second
	anyDirty       bool // some writer has a reason to look for requests
	unchokesAll    bool // the choker is open and has nothing to change
	rateLimited    bool // neighbours are served no faster than their meters say
	endGameBegan   bool // the end game, where pieces are somebody's own
	gotSuggestions bool // some neighbour has suggested a piece
	hasParole      bool // some piece is, or was, on parole

	have      bitset
	copies    []uint16 // neighbours that have each piece
	haveCount int
	offering  *superSeeding // nil if all pieces are shown

	// Requests and blocks.
	active      []activeEntry // oldest first
	openBlocks  int           // blocks of started pieces that nobody is asked for
	wanted      bitset        // pieces neither here nor started
	wantedCount int

	faults    *faults // nil for none
	nextRound time.Duration
	nextSweep time.Duration
	nextPulse time.Duration
	nextRead  time.Duration
	lastBlock time.Duration // when any neighbour last sent a block
	announce  announcer     // begins with when the next is due

	scratch  *Scratch
	fileEnds bitset   // pieces that come before others of their kind; nil for none
	counters Counters // ends with what blocks touch
	cfg      Config   // begins with what blocks touch too, and goes on with what picking touches
	player   *player  // nil where nothing is watched
	ranks    []uint32 // see rank; nil where ties are not broken by them

	established []ConnID // established connections
	handshaking []ConnID // connections without both handshakes
	serials     uint32

	spareBlockLists   slicePool[block] // for neighbours that come to need one
	spareRequestLists slicePool[peerRequest]

	suspects       bitset         // pieces that failed with several senders; nil while there was none
	sparePieces    []*activePiece // to be used again
	endGameAverage int            // requests per neighbour as Transmission's end game began; 0 before
	allowedFastSet bitset         // scratch for offers
	andScratch     bitset         // scratch for pickNew and anyPiece
	scope          bitset         // nil until it is needed
	choiceScratch  bitset         // scratch for nextPicked
	nextSuggestion int            // the piece that is suggested next
	activeIndex    *activeIndex   // nil until many are started at a time
	availability   *availability  // nil where there are few pieces
	scopeScratch   bitset         // scratch for inScope
	countsScratch  []int          // scratch for addRarest

	known          []candidate
	dialing        []netip.AddrPort
	banned         []netip.Addr
	clockPhase     time.Duration // of the clock on the wall: how much of a second had passed at 0
	interestBudget interestBudget

	// Of a client that gives its neighbours turns.
	nextRefresh time.Duration
	nextPass    time.Duration
	runQueue    []ConnID // whose turn comes with the next pass
	current     ConnID
	haveLog     []uint32 // pieces that were completed, in order

	optimist choke.OptimisticUnchoker // the choker, where it tells and a trace hears it; nil otherwise
}

// Scratch is memory that peers use for a moment within a Step. Those of which no
// two step at the same time may share one, and find it in the cache. The zero
// value is ready.
type Scratch struct {
	view       pick.View
	candidates []choke.Candidate
	chosen     []int
	rates      []float64 // of the chosen
	lines      prefetch.List
}

// Counters is what a peer has done so far.
type Counters struct {
	Duplicate    int64 // blocks received that were there already
	Unwanted     int64 // blocks received that nobody had asked for
	FailedPieces int64 // pieces whose hash did not match
	FailedBlocks int64 // useful blocks that went with them
	CorruptSent  int64 // blocks sent corrupt, as configured
	Banned       int64 // neighbours hung up on for corrupt content
	FirstPiece   time.Duration
	Finished     time.Duration // when the last piece was verified; 0 if not, or if complete from the start
	BlocksSent   int64         // handed to the network
	BytesSent    int64         // content in them
	Blocks       int64         // received and useful at the time
	Bytes        int64         // content in them
}

// New returns a peer that has yet to begin: its first Tick starts it.
func New(c Config) *Peer {
	p := newPeerStorage(c.Torrent.Pieces())
	p.cfg, p.set, p.torrent = c, c.Settings, c.Torrent
	if p.scratch = c.Scratch; p.scratch == nil {
		p.scratch = &Scratch{}
	}
	p.blocksPerPiece = block((c.Torrent.PieceLength + c.Torrent.block() - 1) / c.Torrent.block())
	if p.numPieces > pick.IndexThreshold {
		p.availability = &availability{}
	}
	if c.Complete {
		p.have.fill(p.numPieces)
		p.haveCount = p.numPieces
	} else {
		p.wanted.fill(p.numPieces)
		p.wantedCount = p.numPieces
	}
	if c.Complete && c.Settings.Reveal != ShowAll {
		p.offering = newOffering(p.numPieces)
	}
	if c.Settings.Assignment >= FewestOpen || c.Settings.Assignment == Exclusive {
		p.shuffleRanks()
	}
	if c.Settings.FileEndsFirst {
		p.fileEnds, p.andScratch = c.Torrent.ends(), newBitset(p.numPieces)
	}
	p.faults = p.drawFaults()
	p.rateLimited = c.divides() || c.Settings.Trickle > 0
	if c.Settings.PlayRate > 0 && !c.Complete {
		p.player = newPlayer(c.Settings, c.Torrent)
	}
	_, p.needsRates = c.Backlog.(backlog.NeedsDownRate)
	_, p.needsPace = c.Backlog.(backlog.NeedsArrivals)
	p.needsPace = p.needsPace || p.set.Assignment == Contiguous
	if c.Trace != nil {
		p.optimist, _ = c.Choker.(choke.OptimisticUnchoker)
	}
	p.nextPulse, p.nextRead, p.nextRefresh, p.nextPass = Never, Never, Never, Never
	return p
}

// Complete reports whether the peer has all the content.
func (p *Peer) Complete() bool { return p.haveCount == p.numPieces }

// HaveCount is how many verified pieces it has.
func (p *Peer) HaveCount() int { return p.haveCount }

// Have reports whether it has a verified piece.
func (p *Peer) Have(piece int) bool { return p.have.has(piece) }

// Counters is what it has done so far.
func (p *Peer) Counters() Counters { return p.counters }

// Neighbours is how many established connections it has.
func (p *Peer) Neighbours() int { return len(p.established) }

// Connections are those that are established, until the next Step. They are not
// to be changed.
func (p *Peer) Connections() []ConnID { return p.established }

// Received is the content in all blocks that came on a connection, of use or
// not. It may still be asked for as a trace hears that the connection is gone.
func (p *Peer) Received(id ConnID) int64 { return p.conns[id].down.total }

// Borrow has the peer use other memory from now on.
func (p *Peer) Borrow(s *Scratch) { p.scratch = s }

// Step takes what has happened and appends what the world shall do to out. It
// keeps nothing of e.
func (p *Peer) Step(now time.Duration, e *Event, out []Action) []Action {
	p.now, p.out = now, out
	switch e.Kind {
	case Received:
		p.onMessage(e)
	case Sent:
		p.onBlockSent(e.Conn, e.Message.Length)
	case Opened:
		p.onOpened(e)
	case Closed:
		p.onDisconnect(e.Conn)
	case DialFailed:
		p.onDialFailed(e.Addr)
	case Announced:
		p.onAnnounced(e.Reply)
	case AnnounceFailed:
		p.onAnnounceFailed()
	case Tick:
		p.tick()
	case Leave:
		p.leave()
	}
	if p.set.WriterTurns {
		p.flushDirty()
	}
	if p.refreshes() && (e.Kind == Received || e.Kind == Sent) {
		p.schedule(e.Conn)
	}
	out, p.out = p.out, nil
	return out
}

// NextTick is when the peer wants a Tick. Any Step may change it.
func (p *Peer) NextTick() time.Duration {
	if p.left {
		return Never
	}
	if p.refreshes() {
		return min(p.nextRefresh, p.nextPass, p.nextSweep, p.nextRead, p.announce.next)
	}
	return min(p.nextRound, p.nextSweep, p.nextPulse, p.nextRead, p.announce.next)
}

func (p *Peer) tick() {
	if p.left {
		return
	}
	if p.nextRound == 0 { // the first tick: begin, and spread what is periodic
		p.nextRound = p.now + p.set.FirstRound
		if p.set.FirstRound == 0 {
			p.nextRound = p.now + p.drawTime(p.set.Rechoke)
		}
		if p.set.Pulse > 0 {
			p.nextPulse = p.now + p.set.Pulse
			if p.set.FirstRound == 0 { // otherwise the timers begin together
				p.nextPulse = p.now + p.drawTime(p.set.Pulse)
			}
			p.clockPhase = p.drawTime(time.Second)
		}
		p.nextSweep = p.now + p.drawTime(p.sweepEvery())
		p.announce.next = Never
		if p.refreshes() {
			p.firstRefresh()
		} else {
			p.announceEvent(Started)
		}
	}
	if p.now >= p.announce.next {
		p.announceDue()
	}
	if p.now >= p.nextPass {
		p.drainRunQueue()
	}
	if p.now >= p.nextRefresh {
		p.refresh()
	}
	if p.now >= p.nextRound && !p.refreshes() {
		p.nextRound += p.set.Rechoke
		p.rechoke(true)
		if p.set.InterestAtRounds {
			p.updateInterest()
		}
	}
	if p.now >= p.nextPulse {
		p.nextPulse += p.set.Pulse
		p.pulse()
	}
	if p.now >= p.nextRead {
		p.endReads()
	}
	if p.now >= p.nextSweep {
		p.nextSweep += p.sweepEvery()
		p.sweep()
	}
}

// within draws a time above 0 and up to d.
func (p *Peer) drawTime(d time.Duration) time.Duration {
	return 1 + time.Duration(p.cfg.Rand.Int64N(int64(d)))
}

// say has the world send a message to a neighbour, at once or with a later pass, and
// returns it: what it says is for the caller to fill in, before anything else is said.
// It is written where it will be read: a copy right after it would wait for the
// processor to have stored its parts.
func (p *Peer) send(id ConnID, k Kind) *Message {
	if p.set.Pulse > 0 && k != Piece && k != Handshake {
		return p.enqueue(id, k)
	}
	return p.sendNow(id, k)
}

func (p *Peer) sendNow(id ConnID, k Kind) *Message {
	p.conns[id].lastSent = p.now
	n := len(p.out)
	p.out = slices.Grow(p.out, 1)[:n+1]
	a := &p.out[n]
	*a = Action{}
	a.Kind, a.Conn, a.Message.Kind = Send, id, k
	return &a.Message
}

func (p *Peer) trace(n Note, id ConnID, arg uint32) {
	if p.cfg.Trace != nil {
		p.cfg.Trace.Note(p.now, n, id, arg)
	}
}

// received sorts a message to who handles it. A message that breaks the
// protocol costs its sender the connection.
func (p *Peer) onMessage(e *Event) {
	id, m := e.Conn, &e.Message
	if int(id) >= len(p.conns) {
		return
	}
	c := &p.conns[id]
	if !c.live {
		return
	}
	c.lastReceived = p.now
	if !c.established {
		if m.Kind != Handshake || !p.onHandshake(id, m) {
			p.hangUp(id)
		}
		return
	}
	if p.set.Inactive > 0 && (m.Kind == Request || m.Kind == Piece) {
		c.lastContent = p.now
	}
	ok := true
	switch m.Kind {
	case Choke:
		p.onChoke(id)
	case Unchoke:
		p.onUnchoke(id)
	case Interested, NotInterested:
		p.onInterest(id, m.Kind == Interested)
	case Have:
		ok = p.onHave(id, m.Index)
	case Bitfield:
		ok = p.onBitfield(id, m.Data)
	case Request:
		ok = p.onRequest(id, m)
	case Piece:
		ok = p.onBlock(id, m)
	case Cancel:
		p.onCancel(id, m)
	case Reject:
		ok = p.onReject(id, m)
	case AllowedFast:
		ok = p.onAllowedFast(id, m.Index)
	case Suggest:
		ok = p.onSuggest(id, m.Index)
	case KeepAlive:
	default:
		ok = false
	}
	if !ok {
		p.hangUp(id)
	}
}
