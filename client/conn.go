package client

import (
	"net/netip"
	"time"

	"swarmsim/client/backlog"
)

// conn is what a peer knows of one neighbour, by cache lines: what any message
// touches, what serving it does, what asking it does, and what a choker's round
// reads besides, with the pace of its blocks. The first is a word short: the allocator
// puts one before a list of values with pointers.
type conn struct {
	live           bool // the slot is in use
	established    bool // handshakes are exchanged
	dialed         bool
	sentHandshake  bool // our handshake is out
	amChoking      bool // we choke it
	peerChoking    bool // it chokes us
	amInterested   bool // we want pieces of it
	peerInterested bool // it wants pieces of us
	snubbed        bool
	fast           bool   // both speak the fast extension
	allowsFast     bool   // it sends some pieces while it chokes us
	optimistic     bool   // its slot was given in hope, as far as a trace has been told
	chosen         bool   // by the choker, though its turn to hear of it may be to come
	shortOfBlocks  bool   // there are fewer blocks to ask of it than it could be asked for
	sendQueued     uint16 // piece messages at the network
	serial         uint32 // never used again, unlike the slot
	missing        int32  // pieces it has and we lack
	haveCount      int32  // pieces it has
	index          int32  // in Peer.order
	reservedCount  int32  // of requested, the last, which are only set aside
	servedRequests int32  // of asks, the first
	lastReceived   time.Duration
	lastSent       time.Duration

	peerRequests []peerRequest // what it asked of us, in order, from served on: see asked
	up           rate
	cold         *coldState

	requests  []block // asked of it and not yet received, in order
	down      rate
	lastBlock time.Duration // when it last sent a block, or had reason to begin

	key          uint64 // the end of its peer ID
	openedAt     time.Duration
	chokeChanged time.Duration // when we last choked or unchoked it
	pace         backlog.Pace  // what most rules look at comes first

	lastContent time.Duration // when a request or a block came from it
	lastChecked time.Duration // when what is asked of it was last gone through
}

// stranger is what is needed of a neighbour only now and then.
type coldState struct {
	addr netip.AddrPort
	id   PeerID

	revealed *revealed // of a peer that shows its pieces one by one; nil otherwise

	allowedFast []uint32 // pieces that it sends while it chokes us
	grantedFast []uint32 // pieces that we send while we choke it
	assigned    []int    // pieces that it has to itself, in the order in which it began

	suggested       []uint32 // pieces that it suggests, in order
	sentSuggestions []uint32 // pieces that we suggested last and it lacks

	// Of a client that works in pulses.
	outbox     []Message     // to be said
	batchSince time.Duration // when a pass first saw it, 0 for not yet
	maxDelay   time.Duration // how long after that it may wait
	yield      *peerYield    // with interest decided in rounds

	// Of a client that gives its neighbours turns.
	haveCursor int32 // of our news
	scheduled  bool  // for a turn

	// Of cancels, where they are answered.
	answersCancels bool    // it rejects what we cancel
	cancelled      []block // not answered yet

	// Of a client that writes in turns.
	dirty     bool            // there is reason to look for requests
	trigger   backlog.Trigger // the first such reason
	readUntil time.Duration   // until then blocks for it are read; 0 for not

	// Of end games: when it last sent a block that was missing, and when a
	// request last went to it.
	lastUseful, lastRequested time.Duration

	// Where patience is fixed: what it owed was asked of others, of which nothing
	// has come yet; and how often it came after all.
	timedOut         bool
	timeoutDoublings uint8

	timeout *requestTimeout // where patience follows the neighbour's pace; nil elsewhere
	recents *windowRates    // nil where rates are measured as mainline does
	meter   *meter          // how fast it is served at most, where somebody says so; nil elsewhere
	taken   *rate           // blocks that the network has taken, where that decides how many to hand over
}

// block is a block's number: piece times blocks per piece, plus its place.
type block uint32

// ask is a block that a neighbour wants.
type peerRequest struct{ index, begin, length uint32 }

// asked is what a neighbour asked of us and still waits for, in order.
func (c *conn) pendingRequests() []peerRequest { return c.peerRequests[c.servedRequests:] }

// addAsk puts one behind the others.
func (p *Peer) pushRequest(c *conn, a peerRequest) {
	if len(c.peerRequests) == cap(c.peerRequests) {
		if c.peerRequests == nil {
			c.peerRequests = p.spareRequestLists.get()
		}
		c.setRequests(c.pendingRequests())
	}
	c.peerRequests = append(c.peerRequests, a)
}

// takeAsk takes the first. The others stay where they are.
func (c *conn) firstRequest() peerRequest {
	a := c.peerRequests[c.servedRequests]
	if c.servedRequests++; int(c.servedRequests) == len(c.peerRequests) {
		c.peerRequests, c.servedRequests = c.peerRequests[:0], 0
	}
	return a
}

// dropAsks forgets what a neighbour asked of us.
func (p *Peer) clearRequests(c *conn) {
	c.peerRequests, c.servedRequests = p.spareRequestLists.put(c.peerRequests), 0
}

// setAsked replaces them all, by some of them at most.
func (c *conn) setRequests(left []peerRequest) {
	c.peerRequests, c.servedRequests = c.peerRequests[:copy(c.peerRequests, left)], 0
}
