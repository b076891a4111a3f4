package client

import (
	"time"

	"swarmsim/client/backlog"
	"swarmsim/client/pieces"
)

// RunQueueSettings are those of the loop named run-queue.
type RunQueueSettings struct {
	Interval time.Duration `json:"interval,omitempty" jsonschema:"time between visits to all connections" min:"10 ms"`
}

var runQueueEntry = LoopEntry{
	Name:     "run-queue",
	About:    "Visit a connection after traffic on it, and all connections at intervals; all else waits for the visit (aria2).",
	Defaults: func() any { return &RunQueueSettings{Interval: time.Second} },
	New: func(s any) Loop {
		return &runQueue{interval: s.(*RunQueueSettings).Interval, nextRefresh: Never, nextPass: Never}
	},
}

// runQueue is one loop for all connections, as aria2 has (DownloadEngine: run). It visits a
// connection when something has been received from it or its socket has taken something, and all
// connections at intervals (DEFAULT_REFRESH_INTERVAL, 1 s). At a visit the neighbour is told what
// has been decided since the last one, and is sent requests (DefaultBtInteractive:
// doInteractionProcessing).
type runQueue struct {
	immediate
	interval    time.Duration
	nextRefresh time.Duration
	nextPass    time.Duration
	queue       []ConnID // to be visited at the next pass
	visiting    bool     // a visit is under way, to current
	current     ConnID
	haveLog     []uint32 // pieces that have been verified, in order
	announced   bool     // the first announce has been made
}

func (l *runQueue) attach(p *Peer) Loop {
	l.p = p
	return l
}

// passDelay is how long received messages wait for further ones. On a real network messages that
// follow each other share a packet and are read at once; in a simulation each arrives on its own,
// and so a pass handles those that arrive in the time that a packet of 1,500 bytes takes on a link of
// 12 Mbit/s.
const passDelay = time.Millisecond

// begin only starts the timer. aria2's first refresh, now, checks the space on the disk; the commands
// that announce and choke are added then and, as no socket wakes them, run at the next refresh
// (FileAllocationCommand: executeInternal; BtSetup). So the first refresh here announces and chokes.
func (l *runQueue) begin() { l.nextRefresh = l.p.now + l.interval }

func (l *runQueue) next() time.Duration { return min(l.nextRefresh, l.nextPass) }

func (l *runQueue) tick() {
	if l.p.now >= l.nextPass {
		l.pass()
	}
	if l.p.now >= l.nextRefresh {
		l.refresh()
	}
}

// end puts a connection with traffic into the queue.
func (l *runQueue) end(k EventKind, id ConnID) {
	if k != Received && k != Sent || int(id) >= len(l.p.conns) {
		return
	}
	s := l.p.conns[id].cold
	if s == nil || s.scheduled {
		return
	}
	s.scheduled = true
	l.queue = append(l.queue, id)
	l.nextPass = min(l.nextPass, l.p.now+passDelay)
}

// pass visits the connections in the queue.
func (l *runQueue) pass() {
	l.nextPass = Never
	for _, id := range l.queue {
		l.p.conns[id].cold.scheduled = false
		l.visit(id)
	}
	l.queue = l.queue[:0]
}

// refresh visits all connections, and does what no message causes.
func (l *runQueue) refresh() {
	p := l.p
	l.nextRefresh = p.now + l.interval
	if p.now >= p.nextRound {
		p.rechoke(true)
	}
	for i := 0; i < len(p.established); {
		id := p.established[i]
		l.visit(id)
		if i < len(p.established) && p.established[i] == id { // still a neighbour
			i++
		}
	}
	if !l.announced {
		l.announced = true
		p.announceEvent(Started)
	}
	p.dialMore()
}

// visit tells a neighbour what has been decided, and sends it requests.
func (l *runQueue) visit(id ConnID) {
	p := l.p
	if int(id) >= len(p.conns) || p.departed {
		return
	}
	c := &p.conns[id]
	if !c.live || !c.established {
		return
	}
	if p.isInactive(c) {
		p.hangUp(id, Unused)
		return
	}
	l.current, l.visiting = id, true
	if p.now-c.cold.lastChecked >= l.interval {
		c.cold.lastChecked = p.now
		l.cancelReceived(c, id)
	}
	p.applyChoke(id)
	p.setInterest(id, c.missing > 0)
	for s := c.cold; int(s.haveCursor) < len(l.haveLog); s.haveCursor++ {
		p.send(id, Have).Index = l.haveLog[s.haveCursor]
	}
	l.dropVerified(c)
	if !p.Finished() {
		p.request(id, backlog.BlockReceived)
	}
	l.visiting = false
}

// request sends requests to the neighbour that is being visited.
func (l *runQueue) request(id ConnID, why backlog.Trigger) {
	if l.visiting && l.current == id {
		l.p.sendRequests(id, why)
	}
}

// cancelReceived cancels the requests for blocks that others have sent meanwhile. aria2 does so
// once a second (DefaultBtMessageDispatcher: checkRequestSlotAndDoNecessaryThing), so that many
// of the blocks come twice.
func (l *runQueue) cancelReceived(c *conn, id ConnID) {
	c.requests.RemoveFunc(func(b pieces.Block) bool {
		if !l.p.pieces.IsReceived(b) {
			return false
		}
		l.p.sendBlockMessage(id, Cancel, b)
		return true
	})
}

// dropVerified drops the requests for blocks of verified pieces, without a message
// (DefaultBtRequestFactory: removeCompletedPiece).
func (l *runQueue) dropVerified(c *conn) {
	c.requests.RemoveFunc(func(b pieces.Block) bool { return l.p.pieces.Has(l.p.pieces.PieceOf(b)) })
}

// onEstablished: the bitfield tells the neighbour of all pieces in the log.
func (l *runQueue) onEstablished(c *conn) { c.cold.haveCursor = int32(len(l.haveLog)) }

func (*runQueue) defers() bool { return true }

func (l *runQueue) onPieceVerified(piece int) { l.haveLog = append(l.haveLog, uint32(piece)) }

// onCompleted: the seed's choker has not been asked yet (DefaultPeerStorage:
// chokeRoundIntervalElapsed).
func (l *runQueue) onCompleted() { l.p.nextRound = l.p.now }

// onRechoked puts the next round off: whatever caused this one, the next one follows after a
// whole interval (BtLeecherStateChoke, BtSeederStateChoke: getLastRound).
func (l *runQueue) onRechoked() { l.p.nextRound = l.p.now + l.p.settings.Choking.Interval }

// onAddresses: in aria2 the reply causes a refresh before the addresses can be dialed, and the next
// refresh dials. Here that one comes a whole interval after the reply.
func (l *runQueue) onAddresses() { l.nextRefresh = l.p.now + l.interval }
