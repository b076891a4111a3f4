package client

import (
	"slices"

	"swarmsim/client/reveal"
)

// maxBlock is the longest request that is served, unless the torrent's own requests are longer:
// 128 KiB, beyond which mainline and others end the connection.
const maxBlock = 128 << 10

// onRequest handles REQUEST: a neighbour wants a block. With the fast extension a well-formed
// request is answered by the block or by a REJECT in any case (BEP 6). Without it, a request for a
// piece that the neighbour cannot know of is a breach of protocol.
func (p *Peer) onRequest(id ConnID, m *Message) bool {
	l := p.pieces.Layout()
	if int64(m.Index) >= int64(p.pieces.Count()) || m.Length == 0 || int64(m.Length) > max(maxBlock, l.BlockBytes()) ||
		int64(m.Begin)+int64(m.Length) > l.RequestEnd(int(m.Index)) {
		return false
	}
	r := peerRequest{m.Index, m.Begin, m.Length}
	c := &p.conns[id]
	if !p.isAnnounced(id, int(m.Index)) {
		p.reject(id, r)
		return c.fast
	}
	if c.uploads.len() >= p.settings.Upload.MaxRequests || c.amChoking && !slices.Contains(c.cold.grantedFast, m.Index) {
		p.reject(id, r)
		return true
	}
	c.uploads.push(r, &p.spareUploads)
	switch {
	case p.settings.Upload.ReadDelay > 0 && c.sendQueued == 0:
		p.beginRead(c)
	default:
		p.loop.uploadSoon(id)
	}
	return true
}

// onCancel handles CANCEL: a neighbour withdraws a request.
func (p *Peer) onCancel(id ConnID, m *Message) {
	c := &p.conns[id]
	r := peerRequest{m.Index, m.Begin, m.Length}
	removed := c.uploads.remove(r)
	if !removed && c.stopReading(r) {
		removed = true
		p.loop.onBlockTaken(id) // there is room for another block
	}
	if removed && c.fast && p.settings.Fast.AnswerCancels {
		p.reject(id, r)
	}
}

// beginRead begins to read the first block from storage while more requests of the same packet
// arrive. Any of them may be the first to be served (anacrolix/torrent, peerconn.go:
// startPeerRequestServer).
func (p *Peer) beginRead(c *conn) {
	if c.cold.readUntil == 0 {
		c.cold.readUntil = p.now + p.settings.Upload.ReadDelay
		p.nextUpload = min(p.nextUpload, c.cold.readUntil)
	}
}

// resumeUploads serves neighbours whose blocks have been read or whose rate limits allow it.
func (p *Peer) resumeUploads() {
	p.nextUpload = Never
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
			p.nextUpload = min(p.nextUpload, at)
		}
	}
}

// upload hands blocks to the network, as far as its send queue should be filled.
func (p *Peer) upload(id ConnID) {
	c := &p.conns[id]
	if !p.loop.mayUpload(c) {
		return
	}
	for limit := p.sendQueueBlocks(c); c.sendQueued < limit && c.uploads.len() > 0; {
		if p.holdsRequests(c) && firstAllowed(c) < 0 {
			return
		}
		if p.rateLimited && !p.mayUploadNow(c) {
			return
		}
		r := p.popRequest(c)
		c.sendQueued++
		c.up.add(p.now, r.length)
		if p.rateLimited {
			c.cold.rateLimit.onSent(p.now, r.length)
		}
		data, ready := p.cfg.Store.Read(BlockRef{id, r.index, r.begin, r.length})
		if !ready {
			c.cold.reading = append(c.cold.reading, r)
			continue
		}
		p.sendBlock(id, r, data)
		c = &p.conns[id]
	}
}

// sendBlock sends a block that has been read.
func (p *Peer) sendBlock(id ConnID, r peerRequest, data []byte) {
	m := p.send(id, Piece)
	m.Index, m.Begin, m.Length, m.Data = r.index, r.begin, r.length, data
	if p.reveal != nil {
		p.onRevealEvent(reveal.Event{Kind: reveal.BlockSent, Neighbour: int(id), Piece: int(r.index), Length: r.length})
	}
}

// popRequest removes the request to serve next: the first one or, if the order is any, a random
// one of those that have been read from storage. In anacrolix/torrent both what is read
// (peerRequestServer) and what is sent of it (upload) come out of a map, in random order: the
// oldest request may wait for all that came after it.
func (p *Peer) popRequest(c *conn) peerRequest {
	if p.holdsRequests(c) {
		r := c.uploads.pending()[firstAllowed(c)]
		c.uploads.remove(r)
		return r
	}
	if !p.settings.Upload.AnyOrder {
		return c.uploads.pop()
	}
	pending, read := c.uploads.pending(), p.readAheadRequests()
	at := p.cfg.Rand.IntN(min(len(pending), read))
	r := pending[at]
	last := len(pending) - 1
	if last >= read { // another one is read in its place
		next := read + p.cfg.Rand.IntN(last-read+1)
		pending[at], at = pending[next], next
	}
	pending[at] = pending[last]
	c.uploads.set(pending[:last])
	return r
}

// holdsRequests reports whether requests of a neighbour wait until it is unchoked. Those for
// allowed-fast pieces do not (BEP 6).
func (p *Peer) holdsRequests(c *conn) bool {
	return c.amChoking && c.fast && p.settings.Fast.KeepWhenChoked
}

// firstAllowed returns the place of the first pending request for a piece that a choked neighbour
// may request; below 0 if there is none.
func firstAllowed(c *conn) int {
	return slices.IndexFunc(c.uploads.pending(), func(r peerRequest) bool {
		return slices.Contains(c.cold.grantedFast, r.index)
	})
}

// readAheadRequests returns how many requests of a neighbour are read from storage before they
// are served: 1 MiB (anacrolix/torrent: MaxAllocPeerRequestDataPerConn).
func (p *Peer) readAheadRequests() int { return int(max(1, (1<<20)/p.pieces.Layout().BlockBytes())) }

// sendQueueBlocks returns how many blocks are in a connection's send queue at most. Few are best,
// because a block in the queue cannot be cancelled any more.
func (p *Peer) sendQueueBlocks(c *conn) uint16 {
	s := p.settings
	if s.Upload.QueueTime == 0 {
		return uint16(s.Upload.QueueBlocks)
	}
	rate, most := 0.0, 250
	if s.Choking.RateWindow > 0 {
		rate, most = p.upRate(c), s.Upload.MaxRequests
	} else {
		rate = c.cold.taken.at(p.now)
	}
	blocks := int(min(rate*s.Upload.QueueTime.Seconds()/float64(p.pieces.Layout().BlockBytes()), float64(most)))
	return uint16(min(max(s.Upload.QueueBlocks, blocks), most))
}

// onBlockSent handles that the network has taken a block of the given length, and has room for
// the next one.
func (p *Peer) onBlockSent(id ConnID, length uint32) {
	p.counters.BlocksSent++
	p.counters.BytesSent += int64(length)
	if int(id) >= len(p.conns) || !p.conns[id].live {
		return
	}
	c := &p.conns[id]
	c.sendQueued--
	if p.settings.Choking.RateWindow > 0 {
		c.cold.rates.up.add(p.now, p.settings.Choking.RateWindow, length)
	} else if p.settings.Upload.QueueTime > 0 {
		c.cold.taken.add(p.now, length)
	}
	p.loop.onBlockTaken(id)
	p.rechokeAtBlock()
}
