package client

import (
	"net/netip"
	"time"

	"swarmsim/client/assign"
	"swarmsim/client/backlog"
	"swarmsim/client/pieces"
)

// conn is the state of one connection, in the order of cache lines: what any message touches,
// what serving the neighbour touches, what requesting from it touches, and what a choker's round
// reads besides, with the pace of its blocks. The first line is one word short, because the
// allocator puts a word before a list of values with pointers.
type conn struct {
	live           bool // the slot is in use
	established    bool // handshakes have been exchanged
	dialed         bool // we opened it
	sentHandshake  bool
	amChoking      bool // BEP 3's four: we choke the neighbour
	peerChoking    bool // it chokes us
	amInterested   bool // we want pieces that it has
	peerInterested bool // it wants pieces that we have
	snubbed        bool // it keeps us waiting for blocks
	fast           bool // both sides support the fast extension (BEP 6)
	allowsFast     bool // it sends some pieces even while it chokes us (BEP 6)
	optimistic     bool // its slot is an optimistic one, as the trace was last told
	chosen         bool // by the choker, which it may not have been told yet
	starved        bool // there were fewer blocks for it than it could be asked for
	sendQueued     uint16
	serial         uint32 // of the connection, never used again, unlike the slot
	missing        int32  // pieces that it has and we lack
	haveCount      int32  // pieces that it has
	index          int32  // in Peer.established
	lastReceived   time.Duration
	lastSent       time.Duration
	snubClock      time.Duration // since when it keeps us waiting: its last block, or when it was first sent a request or unchoked us

	uploads uploadQueue // what we are to send to it
	up      rate

	requests pieces.Requests // what it is to send to us
	down     rate

	key         uint64        // the end of its peer ID
	chokeChange time.Duration // when we last choked or unchoked it
	cold        *coldState
	pace        backlog.Pace // what most rules read comes first

	openedAt    time.Duration
	lastContent time.Duration // when it last sent a request or a block
}

// coldState is the part of a connection's state that is seldom needed.
type coldState struct {
	addr netip.AddrPort
	id   PeerID

	history assign.History
	reveal  *revealState // while pieces are announced gradually; nil otherwise

	reading []peerRequest // blocks that the store is reading, to be sent to it

	allowedFast []uint32 // pieces that it sends while it chokes us
	grantedFast []uint32 // pieces that we send while we choke it

	receivedSuggestions []uint32 // pieces that it suggests, in order
	pendingSuggestions  []uint32 // pieces that we suggested last and that it lacks

	// Of a client that works in pulses.
	outbox     []Message     // to be sent
	batchSince time.Duration // when a pass first found the outbox filled; 0 for not yet
	flushDelay time.Duration // from then on: the shortest delay of its messages
	yield      *peerYield    // where interest is decided at rounds

	// Of a client with a run queue.
	haveCursor  int32         // how much of our haveLog it has been told
	lastChecked time.Duration // when its requests were last compared with what has been received
	scheduled   bool          // it is in the run queue

	// Of cancels.
	answersCancels bool // it answers our cancels with rejects

	extension *neighbourExtensions // nil for a peer without the extension protocol (BEP 10)

	// Of a client that writes in turns.
	dirty     bool            // there is reason to look for requests
	trigger   backlog.Trigger // the first such reason
	readUntil time.Duration   // until then blocks for it are being read; 0 for not

	lastRequested time.Duration // when it was last sent a request; only for end games that retry

	// Where the snub timeout is fixed: its requests timed out and nothing has come since; and how
	// often a block came after that.
	timedOut         bool
	timeoutDoublings uint8

	timeout   *requestTimeout // where the timeout adapts to the neighbour's pace; nil otherwise
	rates     *windowRates    // nil where rates are measured as in mainline
	rateLimit *rateLimit      // nil where nothing limits the rate at which it is sent blocks
	taken     *rate           // blocks that the network has taken, where that decides how many to queue
}
