package client

import (
	"time"

	"swarmsim/client/pieces"
)

// An adaptive request timeout follows a neighbour's own pace, as in libtorrent 2.0
// (peer_connection.cpp: request_timeout, snub_peer). A neighbour that is silent for longer than its
// blocks usually take snubs us. Its reserved requests are taken back, and then, once a second, the
// newest of its outstanding requests is given to others, while that is all that its piece lacks.
// A block that arrives late is stored nevertheless, even if its piece has been abandoned
// meanwhile (peer_connection.cpp, incoming_piece: the block is still in the download queue, as
// timed out; piece_picker.cpp, mark_as_writing starts the piece if need be).

// requestTimeout is what the timeout of a neighbour is computed from.
type requestTimeout struct {
	timedOut []pieces.Block // requests that were given to others and have neither been answered nor rejected
	since    time.Duration  // when it sent its last block, or was sent a request while none was outstanding

	// The time between blocks, in 64ths of a millisecond (sliding_average.hpp).
	mean, deviation int64
	samples         int64
}

const (
	timeoutInterval = time.Second      // between checks
	minTimeout      = 2 * time.Second  // however fast the blocks came
	maxSilence      = 20 * time.Second // however slowly they came: piece_timeout
	meanSamples     = 20               // the inverse of the weight of a sample in the mean
)

// add adds the time that a block took.
func (t *requestTimeout) add(took time.Duration) {
	x := took.Milliseconds() * 64
	off := int64(0)
	if t.samples > 0 {
		off = max(t.mean-x, x-t.mean)
	}
	t.samples = min(t.samples+1, meanSamples)
	t.mean += (x - t.mean) / t.samples
	if t.samples > 1 {
		t.deviation += (off - t.deviation) / (t.samples - 1)
	}
}

// limit returns how long a block may take: the mean plus four times the deviation, in whole seconds, at
// least 2 s and at most longest.
func (t *requestTimeout) limit(longest time.Duration) time.Duration {
	mean := (t.mean + 32) / 64
	ms := mean + mean/5
	switch {
	case t.samples == 0:
		return longest
	case t.samples > 1:
		ms = mean + 4*((t.deviation+32)/64)
	}
	return max(minTimeout, min(longest, time.Duration((ms+999)/1000)*time.Second))
}

// removeTimedOut removes a block from the requests that timed out and reports whether it was one.
func (t *requestTimeout) removeTimedOut(b pieces.Block) bool {
	before := len(t.timedOut)
	t.timedOut = remove(t.timedOut, b)
	return len(t.timedOut) < before
}

// onTimelyBlock notes that a requested block was received. The neighbour no longer snubs us if
// the block did not take too long and was missing.
func (p *Peer) onTimelyBlock(c *conn, missing bool) {
	t := c.cold.timeout
	took := p.now - t.since
	if missing && took.Truncate(time.Second) < t.limit(p.settings.Requests.SnubTimeout) {
		c.snubbed = false
	}
	t.add(took)
	t.since = p.now
}

// checkTimeout finds out whether a neighbour snubs us.
func (p *Peer) checkTimeout(id ConnID) {
	c := &p.conns[id]
	t := c.cold.timeout
	if p.unanswered(c) > 0 && (p.now-t.since > t.limit(p.settings.Requests.SnubTimeout) || p.now-c.snubClock > maxSilence) {
		p.onSnubbed(id)
	}
}

// onSnubbed takes back the reserved requests of a neighbour that snubs us, and the newest
// outstanding one unless its piece has open blocks, which others can be asked for.
func (p *Peer) onSnubbed(id ConnID) {
	c := &p.conns[id]
	c.snubbed = true
	c.pace.EndSlowStart()
	p.voidReserved(c)
	if p.pieceOwner != nil && len(c.cold.history.Assigned) > 0 { // others may continue its pieces
		p.releasePieces(id, nil)
		p.requestReopened()
	}
	b, ok := c.requests.Newest()
	if !ok {
		return
	}
	if a := p.pieces.Find(p.pieces.PieceOf(b)); a != nil && a.Open() > 0 {
		return
	}
	c.requests.Remove(b)
	c.cold.timeout.timedOut = append(c.cold.timeout.timedOut, b)
	p.pieces.Unrequest(b)
	p.abandon()
}

// dropReceivedReserved removes the first reserved requests as long as their blocks have been
// received from neighbours that were late.
func (p *Peer) dropReceivedReserved(c *conn) {
	for c.requests.ReservedCount() > 0 {
		b := c.requests.Reserved()[0]
		piece, i := p.pieces.Split(b)
		if a := p.pieces.Find(piece); a != nil && !a.HasBlock(i) {
			return
		}
		c.requests.Remove(b)
	}
}
