package client

import "time"

// Patience by a neighbour's own pace, as in libtorrent 2.0 (peer_connection.cpp,
// request_timeout and snub_peer): a neighbour that keeps silent for longer than
// its blocks usually take snubs us. What is set aside for it is given back, and
// then, second by second, the newest of what it owes is given to others, while
// that is all that its piece lacks. What comes late is taken all the same, also
// where its piece, of which nothing was asked any more, counts as not begun
// (peer_connection.cpp, incoming_piece: the block is still in the download queue,
// as timed out; piece_picker.cpp, mark_as_writing begins the piece if need be).

// overdue is what is remembered of a neighbour for that.
type requestTimeout struct {
	timedOut []block       // asked of it, given to others, and neither here nor rejected
	since    time.Duration // when it sent its last block, or was asked while it owed none

	// The time between blocks, in 64ths of a millisecond (sliding_average.hpp).
	mean, deviation int64
	samples         int64
}

const (
	snubInterval = time.Second      // how often it is looked at
	minTimeout   = 2 * time.Second  // however fast the blocks came
	pieceTimeout = 20 * time.Second // however slow: piece_timeout
	paceSamples  = 20               // the weight of the past in the mean
)

// add takes the time that a block took.
func (o *requestTimeout) add(took time.Duration) {
	x := took.Milliseconds() * 64
	off := int64(0)
	if o.samples > 0 {
		off = max(o.mean-x, x-o.mean)
	}
	o.samples = min(o.samples+1, paceSamples)
	o.mean += (x - o.mean) / o.samples
	if o.samples > 1 {
		o.deviation += (off - o.deviation) / (o.samples - 1)
	}
}

// patience is how long a block may take: the mean and four times the deviation
// in whole seconds, two at least.
func (o *requestTimeout) limit(most time.Duration) time.Duration {
	mean := (o.mean + 32) / 64
	ms := mean + mean/5
	switch {
	case o.samples == 0:
		return most
	case o.samples > 1:
		ms = mean + 4*((o.deviation+32)/64)
	}
	return max(minTimeout, min(most, time.Duration((ms+999)/1000)*time.Second))
}

// inTime notes that a block that was asked for came. A neighbour is forgiven
// with the first one that does not take too long and is of use.
func (p *Peer) onTimelyBlock(c *conn, useful bool) {
	o := c.cold.timeout
	took := p.now - o.since
	if useful && took.Truncate(time.Second) < o.limit(p.set.Snub) {
		c.snubbed = false
	}
	o.add(took)
	o.since = p.now
}

// strikeOff takes a block off what has lapsed.
func (o *requestTimeout) removeTimedOut(b block) bool {
	before := len(o.timedOut)
	o.timedOut = remove(o.timedOut, b)
	return len(o.timedOut) < before
}

// dun looks whether a neighbour snubs us.
func (p *Peer) checkSnubbed(id ConnID) {
	c := &p.conns[id]
	o := c.cold.timeout
	if p.owedBlocks(c) > 0 && (p.now-o.since > o.limit(p.set.Snub) || p.now-c.lastBlock > pieceTimeout) {
		p.onSnubbed(c)
	}
}

// snubbedBy gives back what is set aside for a neighbour, and the newest block
// that it owes, unless others have more to ask for in that piece.
func (p *Peer) onSnubbed(c *conn) {
	c.snubbed = true
	c.pace.EndSlowStart()
	p.dropReserved(c)
	if p.set.Assignment == Exclusive && len(c.cold.assigned) > 0 { // others may go on with its pieces
		p.releasePieces(c, nil)
		p.reassign()
	}
	last := len(c.requests) - 1
	if last < 0 {
		return
	}
	b := c.requests[last]
	if s := p.activePiece(int(b / p.blocksPerPiece)); s != nil && s.open > 0 {
		return
	}
	c.requests = c.requests[:last]
	c.cold.timeout.timedOut = append(c.cold.timeout.timedOut, b)
	p.unassign(b)
	p.abandonUntouched()
}

// skipHere drops blocks set aside that have come from one who was late with them.
func (p *Peer) dropReceivedReserved(c *conn) {
	for c.reservedCount > 0 {
		at := len(c.requests) - int(c.reservedCount)
		index, i := int(c.requests[at]/p.blocksPerPiece), int(c.requests[at]%p.blocksPerPiece)
		if s := p.activePiece(index); s != nil && s.state[i] != blockReceived {
			return
		}
		c.requests = append(c.requests[:at], c.requests[at+1:]...)
		c.reservedCount--
	}
}
