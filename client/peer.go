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
	set     *Settings
	torrent *Torrent
	now     time.Duration
	out     []Action
	pieces  int

	perWord    int      // words of a bitset
	conns      []conn   // by ConnID
	theirs     []uint64 // pieces of each neighbour, perWord words each
	perPc      block    // blocks of a full piece
	left       bool
	full       bool // an interested neighbour was left choked at the last round
	narrowed   bool // only pieces in scope may be asked for
	inTurn     bool
	rated      bool // the backlog rule wants to know rates
	counting   bool // somebody wants to know what blocks come second by second
	looking    bool // some writer has a reason to look for requests
	generous   bool // the choker is open and has nothing to change
	metered    bool // neighbours are served no faster than their meters say
	lastPieces bool // the end game, where pieces are somebody's own
	suggests   bool // some neighbour has suggested a piece
	paroled    bool // some piece is, or was, on parole

	have      bitset
	copies    []uint16 // neighbours that have each piece
	haveCount int
	offering  *offering // nil if all pieces are shown

	// Requests and blocks.
	started   []started // oldest first
	open      int       // blocks of started pieces that nobody is asked for
	wanted    bitset    // pieces neither here nor started
	wantedCnt int

	faults    *faults // nil for none
	nextRound time.Duration
	nextSweep time.Duration
	nextPulse time.Duration
	nextRead  time.Duration
	lastBlock time.Duration // when any neighbour last sent a block
	announce  announcing    // begins with when the next is due

	scratch  *Scratch
	ends     bitset   // pieces that come before others of their kind; nil for none
	counters Counters // ends with what blocks touch
	cfg      Config   // begins with what blocks touch too, and goes on with what picking touches
	player   *player  // nil where nothing is watched
	ranks    []uint32 // see rank; nil where ties are not broken by them

	order   []ConnID // established connections
	opening []ConnID // connections without both handshakes
	serials uint32

	spareBlocks lists[block] // for neighbours that come to need one
	spareAsks   lists[ask]

	suspect  bitset    // pieces that failed with several senders; nil while there was none
	spare    []*piece  // to be used again
	average  int       // requests per neighbour as Transmission's end game began; 0 before
	fast     bitset    // scratch for offers
	both     bitset    // scratch for pickNew and anyPiece
	scope    bitset    // nil until it is needed
	choice   bitset    // scratch for nextPicked
	circle   int       // the piece that is suggested next
	lookup   *lookup   // nil until many are started at a time
	shelving *shelving // nil where there are few pieces
	inside   bitset    // scratch for inScope
	byCopies []int     // scratch for addRarest

	known    []known
	dialing  []netip.AddrPort
	banned   []netip.Addr
	phase    time.Duration // of the clock on the wall: how much of a second had passed at 0
	appetite appetite

	// Of a client that gives its neighbours turns.
	nextRefresh time.Duration
	nextPass    time.Duration
	line        []ConnID // whose turn comes with the next pass
	turning     ConnID
	news        []uint32 // pieces that were completed, in order

	optimist choke.Optimist // the choker, where it tells and a trace hears it; nil otherwise
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
	p := newRoom(c.Torrent.Pieces())
	p.cfg, p.set, p.torrent = c, c.Settings, c.Torrent
	if p.scratch = c.Scratch; p.scratch == nil {
		p.scratch = &Scratch{}
	}
	p.perPc = block((c.Torrent.PieceLength + c.Torrent.block() - 1) / c.Torrent.block())
	if p.pieces > pick.Many {
		p.shelving = &shelving{}
	}
	if c.Complete {
		p.have.fill(p.pieces)
		p.haveCount = p.pieces
	} else {
		p.wanted.fill(p.pieces)
		p.wantedCnt = p.pieces
	}
	if c.Complete && c.Settings.Offer != ShowAll {
		p.offering = newOffering(p.pieces)
	}
	if c.Settings.Sharing >= FewestOpen || c.Settings.Sharing == Own {
		p.shuffleRanks()
	}
	if c.Settings.EndsFirst {
		p.ends, p.both = c.Torrent.ends(), newBitset(p.pieces)
	}
	p.faults = p.drawFaults()
	p.metered = c.divides() || c.Settings.Trickle > 0
	if c.Settings.PlayRate > 0 && !c.Complete {
		p.player = newPlayer(c.Settings, c.Torrent)
	}
	_, p.rated = c.Backlog.(backlog.Rated)
	_, p.counting = c.Backlog.(backlog.Counting)
	p.counting = p.counting || p.set.Sharing == Runs
	if c.Trace != nil {
		p.optimist, _ = c.Choker.(choke.Optimist)
	}
	p.nextPulse, p.nextRead, p.nextRefresh, p.nextPass = Never, Never, Never, Never
	return p
}

// Complete reports whether the peer has all the content.
func (p *Peer) Complete() bool { return p.haveCount == p.pieces }

// HaveCount is how many verified pieces it has.
func (p *Peer) HaveCount() int { return p.haveCount }

// Have reports whether it has a verified piece.
func (p *Peer) Have(piece int) bool { return p.have.has(piece) }

// Counters is what it has done so far.
func (p *Peer) Counters() Counters { return p.counters }

// Neighbours is how many established connections it has.
func (p *Peer) Neighbours() int { return len(p.order) }

// Connections are those that are established, until the next Step. They are not
// to be changed.
func (p *Peer) Connections() []ConnID { return p.order }

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
		p.received(e)
	case Sent:
		p.sent(e.Conn, e.Message.Length)
	case Opened:
		p.opened(e)
	case Closed:
		p.forget(e.Conn)
	case DialFailed:
		p.dialFailed(e.Addr)
	case Announced:
		p.announced(e.Reply)
	case AnnounceFailed:
		p.announceFailed()
	case Tick:
		p.tick()
	case Leave:
		p.leave()
	}
	if p.set.WriterTurns {
		p.lookAll()
	}
	if p.refreshes() && (e.Kind == Received || e.Kind == Sent) {
		p.inLine(e.Conn)
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
			p.nextRound = p.now + p.within(p.set.Rechoke)
		}
		if p.set.Pulse > 0 {
			p.nextPulse = p.now + p.set.Pulse
			if p.set.FirstRound == 0 { // otherwise the timers begin together
				p.nextPulse = p.now + p.within(p.set.Pulse)
			}
			p.phase = p.within(time.Second)
		}
		p.nextSweep = p.now + p.within(p.sweepEvery())
		p.announce.next = Never
		if p.refreshes() {
			p.firstRefresh()
		} else {
			p.tell(Started)
		}
	}
	if p.now >= p.announce.next {
		p.tellDue()
	}
	if p.now >= p.nextPass {
		p.passOverLine()
	}
	if p.now >= p.nextRefresh {
		p.refresh()
	}
	if p.now >= p.nextRound && !p.refreshes() {
		p.nextRound += p.set.Rechoke
		p.rechoke(true)
		if p.set.InterestAtRounds {
			p.reconsider()
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
func (p *Peer) within(d time.Duration) time.Duration {
	return 1 + time.Duration(p.cfg.Rand.Int64N(int64(d)))
}

// say has the world send a message to a neighbour, at once or with a later pass, and
// returns it: what it says is for the caller to fill in, before anything else is said.
// It is written where it will be read: a copy right after it would wait for the
// processor to have stored its parts.
func (p *Peer) say(id ConnID, k Kind) *Message {
	if p.set.Pulse > 0 && k != Piece && k != Handshake {
		return p.hold(id, k)
	}
	return p.sayNow(id, k)
}

func (p *Peer) sayNow(id ConnID, k Kind) *Message {
	p.conns[id].lastSent = p.now
	n := len(p.out)
	p.out = slices.Grow(p.out, 1)[:n+1]
	a := &p.out[n]
	*a = Action{}
	a.Kind, a.Conn, a.Message.Kind = Send, id, k
	return &a.Message
}

func (p *Peer) note(n Note, id ConnID, arg uint32) {
	if p.cfg.Trace != nil {
		p.cfg.Trace.Note(p.now, n, id, arg)
	}
}

// received sorts a message to who handles it. A message that breaks the
// protocol costs its sender the connection.
func (p *Peer) received(e *Event) {
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
		if m.Kind != Handshake || !p.shakeHands(id, m) {
			p.hangUp(id)
		}
		return
	}
	if p.set.Inactive > 0 && (m.Kind == Request || m.Kind == Piece) {
		c.active = p.now
	}
	ok := true
	switch m.Kind {
	case Choke:
		p.gotChoke(id)
	case Unchoke:
		p.gotUnchoke(id)
	case Interested, NotInterested:
		p.gotInterest(id, m.Kind == Interested)
	case Have:
		ok = p.gotHave(id, m.Index)
	case Bitfield:
		ok = p.gotBitfield(id, m.Data)
	case Request:
		ok = p.gotRequest(id, m)
	case Piece:
		ok = p.gotBlock(id, m)
	case Cancel:
		p.gotCancel(id, m)
	case Reject:
		ok = p.gotReject(id, m)
	case AllowedFast:
		ok = p.gotAllowedFast(id, m.Index)
	case Suggest:
		ok = p.gotSuggest(id, m.Index)
	case KeepAlive:
	default:
		ok = false
	}
	if !ok {
		p.hangUp(id)
	}
}
