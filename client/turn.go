package client

import (
	"time"

	"swarmsim/client/backlog"

	"swarmsim/client/pieces"
)

// A client with one loop for everything, as aria2 has, looks at a neighbour when
// something has come from it or its socket has taken something, and at everybody
// once a second (DownloadEngine: run, with DEFAULT_REFRESH_INTERVAL). What it
// decides meanwhile, the neighbour hears of in its turn
// (DefaultBtInteractive: doInteractionProcessing), and then, too, it is asked for
// blocks.

// passAfter is how long the loop lets what has come wait for company. On a real
// network messages that follow each other share a segment and are read at once;
// here each comes by itself, and so a pass takes what comes in the time that a
// full segment needs on a link of 12 Mbit/s.
const passAfter = time.Millisecond

// inLine: something has come from a neighbour, or gone to it.
func (p *Peer) schedule(id ConnID) {
	if int(id) >= len(p.conns) {
		return
	}
	s := p.conns[id].cold
	if s == nil || s.scheduled {
		return
	}
	s.scheduled = true
	p.runQueue = append(p.runQueue, id)
	p.nextPass = min(p.nextPass, p.now+passAfter)
}

// passOverLine gives those in line their turns.
func (p *Peer) drainRunQueue() {
	p.nextPass = Never
	for _, id := range p.runQueue {
		p.conns[id].cold.scheduled = false
		p.runConn(id)
	}
	p.runQueue = p.runQueue[:0]
}

// refresh gives everybody a turn, and does what no message brings about.
func (p *Peer) refresh() {
	p.nextRefresh = p.now + p.set.RefreshInterval
	if p.now >= p.nextRound {
		p.rechoke(true)
	}
	for i := 0; i < len(p.established); {
		id := p.established[i]
		p.runConn(id)
		if i < len(p.established) && p.established[i] == id { // still a neighbour
			i++
		}
	}
	if p.announce.first {
		p.announce.first = false
		p.announceEvent(Started)
	}
	p.dialMore()
}

// turn tells a neighbour what has been decided, and asks it for blocks.
func (p *Peer) runConn(id ConnID) {
	if int(id) >= len(p.conns) || p.left {
		return
	}
	c := &p.conns[id]
	if !c.live || !c.established {
		return
	}
	if p.isInactive(c) {
		p.hangUp(id)
		return
	}
	p.current, p.inTurn = id, true
	if p.now-c.cold.lastChecked >= p.set.RefreshInterval {
		c.cold.lastChecked = p.now
		p.cancelTaken(c, id)
	}
	p.applyChoke(id)
	p.setInterest(id, c.missing > 0)
	for s := c.cold; int(s.haveCursor) < len(p.haveLog); s.haveCursor++ {
		p.send(id, Have).Index = p.haveLog[s.haveCursor]
	}
	p.dropComplete(c)
	if !p.Complete() {
		p.request(id, backlog.BlockReceived)
	}
	p.inTurn = false
}

// isInactive reports whether a neighbour takes a place for nothing
// (DefaultBtInteractive: checkActiveInteraction).
func (p *Peer) isInactive(c *conn) bool {
	limit := p.set.Inactive
	if !c.amInterested && !c.peerInterested {
		limit /= 2
	}
	return p.set.Inactive > 0 && p.now-c.lastContent >= limit
}

// obeyChoker chokes or unchokes a neighbour as the choker has decided.
func (p *Peer) applyChoke(id ConnID) {
	c := &p.conns[id]
	switch {
	case c.chosen && c.amChoking:
		c.amChoking, c.chokeChange = false, p.now
		if p.set.Suggest > 0 {
			p.suggest(id)
		}
		p.trace(Unchoked, id, p.slotKind(c))
		p.send(id, Unchoke)
		if p.set.Pulse == 0 {
			p.upload(id)
		}
	case c.chosen:
		p.traceSlot(id)
	case !c.amChoking:
		c.amChoking, c.chokeChange = true, p.now
		p.trace(Choked, id, 0)
		p.send(id, Choke)
		if !c.fast || !p.set.KeepWhenChoked {
			p.rejectAll(id)
		}
	}
}

// slotKind is 1 if the choker gave the neighbour its slot in hope. Only a trace
// wants to know; what it was told is kept.
func (p *Peer) slotKind(c *conn) uint32 {
	if p.optimist == nil {
		return 0
	}
	c.optimistic = !p.Complete() && p.optimist.Optimistic(int(c.serial))
	return c.slot()
}

// renoteSlot tells the trace if a slot that stays has become of another kind.
func (p *Peer) traceSlot(id ConnID) {
	if p.optimist == nil {
		return
	}
	c := &p.conns[id]
	if was := c.slot(); p.slotKind(c) != was {
		p.trace(Slotted, id, c.slot())
	}
}

// slot is what a trace hears of a slot.
func (c *conn) slot() uint32 {
	if c.optimistic {
		return 1
	}
	return 0
}

// refreshes reports whether the client has one loop, in which neighbours have turns.
func (p *Peer) refreshes() bool { return p.set.RefreshInterval > 0 }

// mayAsk reports whether it is a neighbour's turn to be asked for blocks.
func (p *Peer) mayAsk(id ConnID) bool { return !p.refreshes() || p.inTurn && p.current == id }

// cancelTaken withdraws requests for blocks that others have sent meanwhile. In
// aria2 it is done once a second (DefaultBtMessageDispatcher:
// checkRequestSlotAndDoNecessaryThing), so that many of them come twice.
func (p *Peer) cancelTaken(c *conn, id ConnID) {
	c.requests.RemoveFunc(func(b pieces.Block) bool {
		if !p.pieces.IsReceived(b) {
			return false
		}
		p.sendBlockMessage(id, Cancel, b)
		return true
	})
}

// dropComplete forgets requests for blocks of pieces that are complete, without
// a word (DefaultBtRequestFactory: removeCompletedPiece).
func (p *Peer) dropComplete(c *conn) {
	c.requests.RemoveFunc(func(b pieces.Block) bool { return p.pieces.Has(p.pieces.PieceOf(b)) })
}

// roundPassed puts the next round off: whatever brings one about, the next comes
// so long after it (BtLeecherStateChoke and BtSeederStateChoke: getLastRound).
func (p *Peer) postponeRound() {
	if p.refreshes() {
		p.nextRound = p.now + p.set.Rechoke
	}
}

// firstRefresh begins the loop. Its first refresh sees to the room on the disk;
// the commands that announce and choke are added then, and as no socket wakes
// them they wait for the next (FileAllocationCommand: executeInternal, BtSetup).
func (p *Peer) firstRefresh() {
	p.nextRefresh = p.now + p.set.RefreshInterval
	p.announce.first = true
}
