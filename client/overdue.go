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
type overdue struct {
	lapsed []block       // asked of it, given to others, and neither here nor rejected
	since  time.Duration // when it sent its last block, or was asked while it owed none

	// The time between blocks, in 64ths of a millisecond (sliding_average.hpp).
	mean, deviation int64
	samples         int64
}

const (
	overdueEvery = time.Second      // how often it is looked at
	leastPatient = 2 * time.Second  // however fast the blocks came
	mostSilent   = 20 * time.Second // however slow: piece_timeout
	paceSamples  = 20               // the weight of the past in the mean
)

// add takes the time that a block took.
func (o *overdue) add(took time.Duration) {
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
func (o *overdue) patience(most time.Duration) time.Duration {
	mean := (o.mean + 32) / 64
	ms := mean + mean/5
	switch {
	case o.samples == 0:
		return most
	case o.samples > 1:
		ms = mean + 4*((o.deviation+32)/64)
	}
	return max(leastPatient, min(most, time.Duration((ms+999)/1000)*time.Second))
}

// inTime notes that a block that was asked for came. A neighbour is forgiven
// with the first one that does not take too long and is of use.
func (p *Peer) inTime(c *conn, useful bool) {
	o := c.stranger.overdue
	took := p.now - o.since
	if useful && took.Truncate(time.Second) < o.patience(p.set.Snub) {
		c.snubbed = false
	}
	o.add(took)
	o.since = p.now
}

// strikeOff takes a block off what has lapsed.
func (o *overdue) strikeOff(b block) bool {
	before := len(o.lapsed)
	o.lapsed = remove(o.lapsed, b)
	return len(o.lapsed) < before
}

// dun looks whether a neighbour snubs us.
func (p *Peer) dun(id ConnID) {
	c := &p.conns[id]
	o := c.stranger.overdue
	if p.owes(c) > 0 && (p.now-o.since > o.patience(p.set.Snub) || p.now-c.lastBlock > mostSilent) {
		p.snubbedBy(c)
	}
}

// snubbedBy gives back what is set aside for a neighbour, and the newest block
// that it owes, unless others have more to ask for in that piece.
func (p *Peer) snubbedBy(c *conn) {
	c.snubbed = true
	c.pace.Settle()
	p.dropUnsent(c)
	if p.set.Sharing == Own && len(c.stranger.own) > 0 { // others may go on with its pieces
		p.disown(c, nil)
		p.askOthers()
	}
	last := len(c.requested) - 1
	if last < 0 {
		return
	}
	b := c.requested[last]
	if s := p.startedPiece(int(b / p.perPc)); s != nil && s.open > 0 {
		return
	}
	c.requested = c.requested[:last]
	c.stranger.overdue.lapsed = append(c.stranger.overdue.lapsed, b)
	p.unask(b)
	p.unstart()
}

// skipHere drops blocks set aside that have come from one who was late with them.
func (p *Peer) skipHere(c *conn) {
	for c.unsent > 0 {
		at := len(c.requested) - int(c.unsent)
		index, i := int(c.requested[at]/p.perPc), int(c.requested[at]%p.perPc)
		if s := p.startedPiece(index); s != nil && s.state[i] != blockHere {
			return
		}
		c.requested = append(c.requested[:at], c.requested[at+1:]...)
		c.unsent--
	}
}
