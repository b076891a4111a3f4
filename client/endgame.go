package client

import (
	"slices"
	"time"

	"swarmsim/client/backlog"
)

// EndGame is what a peer does once every missing block is on its way.
type EndGame uint8

// The ways, and the clients that have them.
const (
	// NoEndGame: it waits.
	NoEndGame EndGame = iota
	// One: a neighbour with nothing left to send is asked for one such block,
	// that which the fewest are asked for (libtorrent). Asking everybody for
	// everything wastes a tenth of a swarm's uplinks once seeds abound.
	SingleDuplicate
	// Pair: no block is asked of more than two, and the second must have as
	// many requests as the average (Transmission).
	MaxTwo
	// All: whoever has room for requests is asked for any of those blocks, at
	// random (mainline; aria2, as soon as every piece is somebody's).
	Broadcast
	// Steal: a block is asked of another neighbour in place of the first, where
	// that shortens the longer backlog (anacrolix).
	Steal
	// Busy: a neighbour for whom there are too few blocks is asked for more only
	// when it has sent what it was asked for, and then, if every piece is
	// started, for one at random that others are asked for (libtorrent).
	StrictEndGame
)

// EndGames are the names of the ways, in their order.
var EndGames = []string{"off", "single-duplicate", "max-two", "broadcast", "steal", "strict"}

// endGame names a block that a neighbour shall be asked for although others
// are, if there is one.
func (p *Peer) endGame(id ConnID, want int) (*activePiece, int, bool) {
	rule := p.set.EndGame
	if rule == Steal {
		return p.stealRequest(id)
	}
	if rule == MaxTwo {
		return p.doubleRequest(id, want)
	}
	if rule == StrictEndGame {
		return p.strictEndGame(id)
	}
	if rule == NoEndGame || p.wantedCount > 0 || p.openBlocks > 0 && p.set.Assignment != Exclusive {
		return nil, 0, false
	}
	if rule == Broadcast {
		return p.broadcastBlock(id)
	}
	if len(p.conns[id].requests) > 0 {
		return nil, 0, false
	}
	return p.leastRequested(id, maxRequesters)
}

// leastAsked is the block a neighbour has that the fewest, and fewer than most,
// are asked for.
func (p *Peer) leastRequested(id ConnID, most uint8) (best *activePiece, at int, ok bool) {
	theirs := p.requestableFrom(id)
	least := most
	for _, x := range p.active {
		s := x.piece
		if !theirs.has(s.index) || !s.mayJoin(&p.conns[id]) {
			continue
		}
		for i, n := range s.state[:s.blocks] {
			if n < least {
				best, at, least, ok = s, i, n, true
			}
		}
	}
	return best, at, ok
}

// anyOf draws one of the blocks that others are asked for and this neighbour is
// not.
func (p *Peer) broadcastBlock(id ConnID) (best *activePiece, at int, ok bool) {
	c, theirs := &p.conns[id], p.requestableFrom(id)
	seen := 0
	for _, x := range p.active {
		s := x.piece
		if !theirs.has(s.index) || !s.mayJoin(c) {
			continue
		}
		for i, n := range s.state[:s.blocks] {
			if n == blockReceived || n == maxRequesters || c.isRequested(block(s.index)*p.blocksPerPiece+block(i)) {
				continue
			}
			if seen++; p.cfg.Rand.IntN(seen) == 0 {
				best, at, ok = s, i, true
			}
		}
	}
	return best, at, ok
}

func (c *conn) isRequested(b block) bool { return slices.Contains(c.requests, b) }

// outstanding is how many requests are out, and to how many neighbours.
func (p *Peer) outstandingTotal() (requests, neighbours int) {
	for _, id := range p.established {
		if n := len(p.conns[id].requests); n > 0 {
			requests += n
			neighbours++
		}
	}
	return requests, neighbours
}

// second is Transmission's end game: it begins when as much is asked for as is
// missing, and lets a neighbour whose backlog is at least the average of that
// moment be the second to be asked for a block.
func (p *Peer) doubleRequest(id ConnID, want int) (*activePiece, int, bool) {
	requests, neighbours := p.outstandingTotal()
	if missing := p.torrent.Length - p.counters.Bytes; int64(requests)*p.torrent.block() < missing {
		p.endGameAverage = 0
		return nil, 0, false
	}
	if p.endGameAverage == 0 {
		p.endGameAverage = requests / max(1, neighbours)
	}
	c := &p.conns[id]
	if len(c.requests)+want < p.endGameAverage {
		return nil, 0, false
	}
	theirs := p.requestableFrom(id)
	var best activeEntry
	at, least := 0, 0
	for _, x := range p.active {
		s := x.piece
		if !theirs.has(s.index) || !s.mayJoin(c) {
			continue
		}
		weight := s.weight(int(p.blocksPerPiece))
		x.open = s.open // which the list does not know where there are many
		if best.piece != nil && (weight > least || weight == least && !p.better(&x, &best)) {
			continue
		}
		if i, ok := p.requestedOnce(id, s); ok {
			best, at, least = x, i, weight
		}
	}
	return best.piece, at, best.piece != nil
}

// askedOnce is a started piece's first block that one other neighbour is asked
// for.
func (p *Peer) requestedOnce(id ConnID, s *activePiece) (int, bool) {
	for i, n := range s.state[:s.blocks] {
		if n == 1 && !p.conns[id].isRequested(block(s.index)*p.blocksPerPiece+block(i)) {
			return i, true
		}
	}
	return 0, false
}

// weight is what comparePieceByWeight looks at first: how many blocks are left
// to ask for; of pieces all of whose blocks are asked for, how many requests
// there are, behind all others.
func (s *activePiece) weight(full int) int {
	missing, pending := int(s.blocks-s.received), 0
	for _, n := range s.state[:s.blocks] {
		if n != blockReceived {
			pending += int(n)
		}
	}
	if missing > pending {
		return missing - pending
	}
	return full + pending
}

// steal is anacrolix's end game: from the neighbour with the longest backlog
// that has the block, unless ours would be longer then.
func (p *Peer) stealRequest(id ConnID) (*activePiece, int, bool) {
	c, theirs := &p.conns[id], p.requestableFrom(id)
	ours := len(c.requests) + 1
	var from ConnID
	most := -1
	for _, other := range p.established {
		o := &p.conns[other]
		n := len(o.requests) - 1
		if other == id || n <= most || ours-n > 1 || ours-n == 1 && c.cold.lastUseful <= o.cold.lastUseful {
			continue
		}
		if p.stealableRequest(o, c, theirs) >= 0 {
			from, most = other, n
		}
	}
	if most < 0 {
		return nil, 0, false
	}
	o := &p.conns[from]
	b := o.requests[p.stealableRequest(o, c, theirs)]
	s, i := p.activePiece(int(b/p.blocksPerPiece)), int(b%p.blocksPerPiece)
	if asked, _ := o.removeRequest(b); asked {
		p.sendCancel(from, b)
	}
	p.unassign(b)
	return s, i, true
}

// stealable is the place of the newest request of a neighbour for a block that
// is missing, that another has, and of whom it is not being withdrawn; below 0
// if there is none.
func (p *Peer) stealableRequest(o, c *conn, theirs bitset) int {
	for k := len(o.requests) - 1; k >= 0; k-- {
		b := o.requests[k]
		if theirs.has(int(b/p.blocksPerPiece)) && !slices.Contains(c.cold.cancelled, b) && !p.isReceived(b) {
			return k
		}
	}
	return -1
}

// runShort notes whether there are enough blocks to ask of a neighbour
// (request_blocks.cpp, request_a_block: set_endgame).
func (p *Peer) setShort(c *conn, short bool) {
	c.shortOfBlocks = short && !c.peerChoking && p.set.EndGame == StrictEndGame
}

// lookAgain is how long ago the last request to a neighbour must be that has run
// short and is idle (peer_connection.cpp, second_tick).
const shortRetry = 5 * time.Second

// wake looks again for something to ask of a neighbour that has run short and is
// idle.
func (p *Peer) retryShort(id ConnID) {
	c := &p.conns[id]
	if c.shortOfBlocks && c.amInterested && len(c.requests) == 0 && p.owedBlocks(c) == 0 && p.now-c.cold.lastRequested >= shortRetry {
		c.cold.lastRequested = p.now
		p.request(id, backlog.BecameInteresting)
	}
}

// anyBusy draws a block that others are asked for: from one of the pieces that
// are asked for in full, if all pieces are started and the neighbour is idle
// (request_blocks.cpp, request_a_block; piece_picker.cpp, pick_pieces: strict end
// game).
func (p *Peer) strictEndGame(id ConnID) (best *activePiece, at int, ok bool) {
	c, theirs := &p.conns[id], p.requestableFrom(id)
	if p.wantedCount > 0 || len(c.requests) > 0 {
		return nil, 0, false
	}
	seen := 0
	for _, x := range p.active {
		s := x.piece
		if s.open > 0 || s.received == s.blocks || !theirs.has(s.index) || !s.mayJoin(c) {
			continue
		}
		if seen++; p.cfg.Rand.IntN(seen) == 0 {
			best = s
		}
	}
	if best == nil {
		return nil, 0, false
	}
	seen = 0
	for i, n := range best.state[:best.blocks] {
		if n == blockReceived || n == maxRequesters {
			continue
		}
		if seen++; p.cfg.Rand.IntN(seen) == 0 {
			at, ok = i, true
		}
	}
	return best, at, ok
}
