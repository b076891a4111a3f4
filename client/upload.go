package client

import "slices"

// maxBlock is the longest request that is served: 128 KiB, where mainline and
// others hang up, or what the torrent says is asked for at a time.
const maxBlock = 128 << 10

// gotRequest: a neighbour wants a block.
func (p *Peer) onRequest(id ConnID, m *Message) bool {
	if int64(m.Index) >= int64(p.numPieces) || m.Length == 0 || int64(m.Length) > max(maxBlock, p.torrent.block()) ||
		int64(m.Begin)+int64(m.Length) > p.torrent.PieceSize(int(m.Index)) {
		return false
	}
	switch piece := int(m.Index); {
	case p.isShown(id, piece):
	case !p.claims(piece):
		return false
	case !p.answerClaim(id, peerRequest{m.Index, m.Begin, m.Length}):
		return true
	}
	c := &p.conns[id]
	if len(c.pendingRequests()) >= p.set.MaxPeerRequests || c.amChoking && !slices.Contains(c.cold.grantedFast, m.Index) {
		p.reject(id, peerRequest{m.Index, m.Begin, m.Length})
		return true
	}
	p.pushRequest(c, peerRequest{m.Index, m.Begin, m.Length})
	switch {
	case p.set.ReadDelay > 0 && c.sendQueued == 0:
		p.beginRead(c)
	case p.set.Pulse == 0:
		p.upload(id)
	}
	return true
}

func (p *Peer) onCancel(id ConnID, m *Message) {
	c := &p.conns[id]
	a, asked := peerRequest{m.Index, m.Begin, m.Length}, c.pendingRequests()
	left := remove(asked, a)
	c.setRequests(left)
	if len(left) < len(asked) && c.fast && p.set.AnswerCancels {
		p.reject(id, a)
	}
}

// beginRead: the first block is read from storage while more requests of the
// same packet come in; any of them may then be the first to be served
// (anacrolix, peerconn.go: startPeerRequestServer).
func (p *Peer) beginRead(c *conn) {
	if c.cold.readUntil == 0 {
		c.cold.readUntil = p.now + p.set.ReadDelay
		p.nextRead = min(p.nextRead, c.cold.readUntil)
	}
}

// endReads serves whom blocks have been read for, or are due.
func (p *Peer) endReads() {
	p.nextRead = Never
	if p.rateLimited {
		p.uploadDue()
	}
	for _, id := range p.established {
		c := &p.conns[id]
		switch at := c.cold.readUntil; {
		case at == 0:
		case at <= p.now:
			c.cold.readUntil = 0
			p.upload(id)
		default:
			p.nextRead = min(p.nextRead, at)
		}
	}
}

// upload hands blocks to the network as far as it takes them.
func (p *Peer) upload(id ConnID) {
	c := &p.conns[id]
	if p.set.WriterTurns && c.sendQueued > 0 {
		return
	}
	for most := p.sendQueueBlocks(c); c.sendQueued < most && len(c.pendingRequests()) > 0 && !(c.amChoking && c.fast && p.set.KeepWhenChoked); {
		if p.rateLimited && !p.mayUploadNow(c) {
			return
		}
		a := p.popRequest(c)
		c.sendQueued++
		c.up.add(p.now, a.length)
		if p.rateLimited {
			c.cold.meter.took(p.now, a.length)
		}
		m := p.send(id, Piece)
		m.Index, m.Begin, m.Length = a.index, a.begin, a.length
		m.Data = p.cfg.Store.Read(a.index, a.begin, a.length)
		p.corrupt(m)
		if p.offering != nil {
			p.onRevealedSent(id, a)
			c = &p.conns[id]
		}
	}
}

// nextAsk takes the request that is served next: the first, or where the order
// is any, one of those that have been read from storage. In anacrolix both what
// is read (peerRequestServer) and what is sent of it (upload) come out of a map,
// in no order: the oldest request may wait for all that came after it.
func (p *Peer) popRequest(c *conn) peerRequest {
	if !p.set.ServeAnyOrder {
		return c.firstRequest()
	}
	asked, read := c.pendingRequests(), p.readAheadRequests()
	at := p.cfg.Rand.IntN(min(len(asked), read))
	a := asked[at]
	last := len(asked) - 1
	if last >= read { // another is read in its place
		next := read + p.cfg.Rand.IntN(last-read+1)
		asked[at], at = asked[next], next
	}
	asked[at] = asked[last]
	c.setRequests(asked[:last])
	return a
}

// readAhead is how many requests of a neighbour are read before their turn: 1
// MiB of blocks (anacrolix: MaxAllocPeerRequestDataPerConn).
func (p *Peer) readAheadRequests() int { return int(max(1, (1<<20)/p.torrent.block())) }

// ahead is how many blocks are handed to the network beyond what it has taken:
// few is best, because what is handed over cannot be cancelled any more.
func (p *Peer) sendQueueBlocks(c *conn) uint16 {
	s := p.set
	if s.SendQueueTime == 0 {
		return uint16(s.SendQueueBlocks)
	}
	rate, most := 0.0, 250
	if s.RateWindow > 0 {
		rate, most = p.upRate(c), s.MaxPeerRequests
	} else {
		rate = c.cold.taken.at(p.now)
	}
	blocks := int(min(rate*s.SendQueueTime.Seconds()/float64(p.torrent.block()), float64(most)))
	return uint16(min(max(s.SendQueueBlocks, blocks), most))
}

// sent: the network has taken a block of so many bytes and has room for the
// next.
func (p *Peer) onBlockSent(id ConnID, length uint32) {
	p.counters.BlocksSent++
	p.counters.BytesSent += int64(length)
	p.traceGiven()
	if int(id) >= len(p.conns) || !p.conns[id].live {
		return
	}
	c := &p.conns[id]
	c.sendQueued--
	if p.set.RateWindow > 0 {
		c.cold.recents.up.add(p.now, p.set.RateWindow, length)
	} else if p.set.SendQueueTime > 0 {
		c.cold.taken.add(p.now, length)
	}
	if p.set.WriterTurns {
		p.updateRequests(id)
	}
	if p.set.Pulse > 0 {
		p.onBlockTaken(id)
	} else {
		p.upload(id)
	}
	p.rechokeAtBlock()
}

// tellGiven tells the trace when a peer that is complete has given enough.
func (p *Peer) traceGiven() {
	if p.set.GivesBytes > 0 && p.counters.BytesSent >= p.set.GivesBytes && p.Complete() {
		p.trace(Given, 0, 0)
	}
}

// corrupt is a fault that a scenario may inject: the block's first byte is
// not what it should be.
func (p *Peer) corrupt(m *Message) {
	if !p.claims(int(m.Index)) && (p.set.CorruptChance == 0 || p.cfg.Rand.Float64() >= p.set.CorruptChance) {
		return
	}
	p.counters.CorruptSent++
	m.Tainted = true
	if m.Data != nil {
		m.Data = append([]byte(nil), m.Data...)
		m.Data[0] ^= 0xff
	}
}
