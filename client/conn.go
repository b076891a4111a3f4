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
	live         bool // the slot is in use
	established  bool // handshakes are exchanged
	dialed       bool
	greeted      bool // our handshake is out
	choking      bool // we choke it
	choked       bool // it chokes us
	interested   bool // we want pieces of it
	wanting      bool // it wants pieces of us
	snubbed      bool
	fast         bool   // both speak the fast extension
	allowing     bool   // it sends some pieces while it chokes us
	optimistic   bool   // its slot was given in hope, as far as a trace has been told
	chosen       bool   // by the choker, though its turn to hear of it may be to come
	short        bool   // there are fewer blocks to ask of it than it could be asked for
	handed       uint16 // piece messages at the network
	serial       uint32 // never used again, unlike the slot
	missing      int32  // pieces it has and we lack
	pieces       int32  // pieces it has
	place        int32  // in Peer.order
	unsent       int32  // of requested, the last, which are only set aside
	served       int32  // of asks, the first
	lastReceived time.Duration
	lastSent     time.Duration

	asks     []ask // what it asked of us, in order, from served on: see asked
	up       rate
	stranger *stranger

	requested []block // asked of it and not yet received, in order
	down      rate
	lastBlock time.Duration // when it last sent a block, or had reason to begin

	key     uint64 // the end of its peer ID
	since   time.Duration
	changed time.Duration // when we last choked or unchoked it
	pace    backlog.Pace  // what most rules look at comes first

	active  time.Duration // when a request or a block came from it
	checked time.Duration // when what is asked of it was last gone through
}

// stranger is what is needed of a neighbour only now and then.
type stranger struct {
	addr netip.AddrPort
	id   PeerID

	offered *offered // of a peer that shows its pieces one by one; nil otherwise

	fast  []uint32 // pieces that it sends while it chokes us
	given []uint32 // pieces that we send while we choke it
	own   []int    // pieces that it has to itself, in the order in which it began

	suggested []uint32 // pieces that it suggests, in order
	proposed  []uint32 // pieces that we suggested last and it lacks

	// Of a client that works in pulses.
	held     []Message     // to be said
	noted    time.Duration // when a pass first saw it, 0 for not yet
	patience time.Duration // how long after that it may wait
	harvest  *harvest      // with interest decided in rounds

	// Of a client that gives its neighbours turns.
	told   int32 // of our news
	inLine bool  // for a turn

	// Of cancels, where they are answered.
	answers   bool    // it rejects what we cancel
	cancelled []block // not answered yet

	// Of a client that writes in turns.
	due     bool          // there is reason to look for requests
	why     backlog.Why   // the first such reason
	reading time.Duration // until then blocks for it are read; 0 for not

	// Of end games: when it last sent a block that was missing, and when a
	// request last went to it.
	useful, lastAsked time.Duration

	// Where patience is fixed: what it owed was asked of others, of which nothing
	// has come yet; and how often it came after all.
	gaveUp bool
	slow   uint8

	overdue *overdue // where patience follows the neighbour's pace; nil elsewhere
	recents *recents // nil where rates are measured as mainline does
	meter   *meter   // how fast it is served at most, where somebody says so; nil elsewhere
	gone    *rate    // blocks that the network has taken, where that decides how many to hand over
}

// block is a block's number: piece times blocks per piece, plus its place.
type block uint32

// ask is a block that a neighbour wants.
type ask struct{ index, begin, length uint32 }

// asked is what a neighbour asked of us and still waits for, in order.
func (c *conn) asked() []ask { return c.asks[c.served:] }

// addAsk puts one behind the others.
func (p *Peer) addAsk(c *conn, a ask) {
	if len(c.asks) == cap(c.asks) {
		if c.asks == nil {
			c.asks = p.spareAsks.take()
		}
		c.setAsked(c.asked())
	}
	c.asks = append(c.asks, a)
}

// takeAsk takes the first. The others stay where they are.
func (c *conn) takeAsk() ask {
	a := c.asks[c.served]
	if c.served++; int(c.served) == len(c.asks) {
		c.asks, c.served = c.asks[:0], 0
	}
	return a
}

// dropAsks forgets what a neighbour asked of us.
func (p *Peer) dropAsks(c *conn) { c.asks, c.served = p.spareAsks.giveBack(c.asks), 0 }

// setAsked replaces them all, by some of them at most.
func (c *conn) setAsked(left []ask) { c.asks, c.served = c.asks[:copy(c.asks, left)], 0 }
