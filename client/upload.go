package client

import "slices"

// maxBlock is the longest request that is served: 128 KiB, where mainline and
// others hang up, or what the torrent says is asked for at a time.
const maxBlock = 128 << 10

// gotRequest: a neighbour wants a block.
func (p *Peer) gotRequest(id ConnID, m *Message) bool {
	if int64(m.Index) >= int64(p.pieces) || m.Length == 0 || int64(m.Length) > max(maxBlock, p.torrent.block()) ||
		int64(m.Begin)+int64(m.Length) > p.torrent.PieceSize(int(m.Index)) {
		return false
	}
	switch piece := int(m.Index); {
	case p.shows(id, piece):
	case !p.claims(piece):
		return false
	case !p.answerClaim(id, ask{m.Index, m.Begin, m.Length}):
		return true
	}
	c := &p.conns[id]
	if len(c.asked()) >= p.set.MostAsks || c.choking && !slices.Contains(c.stranger.given, m.Index) {
		p.reject(id, ask{m.Index, m.Begin, m.Length})
		return true
	}
	p.addAsk(c, ask{m.Index, m.Begin, m.Length})
	switch {
	case p.set.Read > 0 && c.handed == 0:
		p.beginRead(c)
	case p.set.Pulse == 0:
		p.upload(id)
	}
	return true
}

func (p *Peer) gotCancel(id ConnID, m *Message) {
	c := &p.conns[id]
	a, asked := ask{m.Index, m.Begin, m.Length}, c.asked()
	left := remove(asked, a)
	c.setAsked(left)
	if len(left) < len(asked) && c.fast && p.set.AnswerCancels {
		p.reject(id, a)
	}
}

// beginRead: the first block is read from storage while more requests of the
// same packet come in; any of them may then be the first to be served
// (anacrolix, peerconn.go: startPeerRequestServer).
func (p *Peer) beginRead(c *conn) {
	if c.stranger.reading == 0 {
		c.stranger.reading = p.now + p.set.Read
		p.nextRead = min(p.nextRead, c.stranger.reading)
	}
}

// endReads serves whom blocks have been read for, or are due.
func (p *Peer) endReads() {
	p.nextRead = Never
	if p.metered {
		p.serveDue()
	}
	for _, id := range p.order {
		c := &p.conns[id]
		switch at := c.stranger.reading; {
		case at == 0:
		case at <= p.now:
			c.stranger.reading = 0
			p.upload(id)
		default:
			p.nextRead = min(p.nextRead, at)
		}
	}
}

// upload hands blocks to the network as far as it takes them.
func (p *Peer) upload(id ConnID) {
	c := &p.conns[id]
	if p.set.WriterTurns && c.handed > 0 {
		return
	}
	for most := p.ahead(c); c.handed < most && len(c.asked()) > 0 && !(c.choking && c.fast && p.set.KeepWhenChoked); {
		if p.metered && !p.isDue(c) {
			return
		}
		a := p.nextAsk(c)
		c.handed++
		c.up.add(p.now, a.length)
		if p.metered {
			c.stranger.meter.took(p.now, a.length)
		}
		m := p.say(id, Piece)
		m.Index, m.Begin, m.Length = a.index, a.begin, a.length
		m.Data = p.cfg.Store.Read(a.index, a.begin, a.length)
		p.corrupt(m)
		if p.offering != nil {
			p.gave(id, a)
			c = &p.conns[id]
		}
	}
}

// nextAsk takes the request that is served next: the first, or where the order
// is any, one of those that have been read from storage. In anacrolix both what
// is read (peerRequestServer) and what is sent of it (upload) come out of a map,
// in no order: the oldest request may wait for all that came after it.
func (p *Peer) nextAsk(c *conn) ask {
	if !p.set.ServeAnyOrder {
		return c.takeAsk()
	}
	asked, read := c.asked(), p.readAhead()
	at := p.cfg.Rand.IntN(min(len(asked), read))
	a := asked[at]
	last := len(asked) - 1
	if last >= read { // another is read in its place
		next := read + p.cfg.Rand.IntN(last-read+1)
		asked[at], at = asked[next], next
	}
	asked[at] = asked[last]
	c.setAsked(asked[:last])
	return a
}

// readAhead is how many requests of a neighbour are read before their turn: 1
// MiB of blocks (anacrolix: MaxAllocPeerRequestDataPerConn).
func (p *Peer) readAhead() int { return int(max(1, (1<<20)/p.torrent.block())) }

// ahead is how many blocks are handed to the network beyond what it has taken:
// few is best, because what is handed over cannot be cancelled any more.
func (p *Peer) ahead(c *conn) uint16 {
	s := p.set
	if s.AheadTime == 0 {
		return uint16(s.Ahead)
	}
	rate, most := 0.0, 250
	if s.RateTime > 0 {
		rate, most = p.upRate(c), s.MostAsks
	} else {
		rate = c.stranger.gone.at(p.now)
	}
	blocks := int(min(rate*s.AheadTime.Seconds()/float64(p.torrent.block()), float64(most)))
	return uint16(min(max(s.Ahead, blocks), most))
}

// sent: the network has taken a block of so many bytes and has room for the
// next.
func (p *Peer) sent(id ConnID, length uint32) {
	p.counters.BlocksSent++
	p.counters.BytesSent += int64(length)
	p.tellGiven()
	if int(id) >= len(p.conns) || !p.conns[id].live {
		return
	}
	c := &p.conns[id]
	c.handed--
	if p.set.RateTime > 0 {
		c.stranger.recents.up.add(p.now, p.set.RateTime, length)
	} else if p.set.AheadTime > 0 {
		c.stranger.gone.add(p.now, length)
	}
	if p.set.WriterTurns {
		p.look(id)
	}
	if p.set.Pulse > 0 {
		p.blockWent(id)
	} else {
		p.upload(id)
	}
	p.rechokeAtBlock()
}

// tellGiven tells the trace when a peer that is complete has given enough.
func (p *Peer) tellGiven() {
	if p.set.GivesBytes > 0 && p.counters.BytesSent >= p.set.GivesBytes && p.Complete() {
		p.note(Given, 0, 0)
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
