package client

// request keeps a neighbour that has unchoked us busy.
func (p *Peer) request(id ConnID) {
	c := &p.conns[id]
	if c.choked || !c.interested {
		return
	}
	for depth := p.depth(c); len(c.requested) < depth; {
		s, i, ok := p.nextBlock(id)
		if !ok && len(c.requested) == 0 {
			s, i, ok = p.endGame(id)
		}
		if !ok {
			return
		}
		if s.state[i] == 0 {
			s.open--
			p.open--
		}
		s.state[i]++
		if len(c.requested) == 0 {
			c.pace.asked = p.now
			c.lastBlock = p.now
		}
		c.requested = append(c.requested, block(s.index)*p.perPc+block(i))
		p.send(id, p.blockMessage(Request, s.index, i))
	}
}

func (p *Peer) blockMessage(k Kind, index, i int) Message {
	return Message{Kind: k, Index: uint32(index), Begin: uint32(i) * BlockSize, Length: p.torrent.BlockLength(index, i)}
}

// nextBlock chooses what to ask of a neighbour: a block of the rarest piece
// that is started (strict priority; mainline takes the rarest of those too),
// else the first one of the piece the picker names.
func (p *Peer) nextBlock(id ConnID) (*piece, int, bool) {
	c := &p.conns[id]
	theirs := p.bitsOf(id)
	if p.open > 0 {
		var rarest *piece
		for _, s := range p.started {
			if s.open > 0 && theirs.has(s.index) && s.mayJoin(c) && (rarest == nil || p.copies[s.index] < p.copies[rarest.index]) {
				rarest = s
			}
		}
		if rarest != nil {
			return rarest, rarest.nextOpen(), true
		}
	}
	if p.wantedCnt > 0 {
		p.view.Theirs, p.view.Have = theirs, p.haveCount
		if index, ok := p.cfg.Picker.Pick(&p.view, p.cfg.Rand); ok {
			return p.start(index, c), 0, true
		}
	}
	return nil, 0, false
}

// endGame is for when every missing block is on its way: a neighbour that has
// nothing left to send is asked for one of those as well, the one that the
// fewest are asked for. One at a time, as libtorrent does: asking everybody for
// everything, as mainline did, wastes a tenth of a swarm's uplinks once seeds
// abound.
func (p *Peer) endGame(id ConnID) (best *piece, at int, ok bool) {
	if !p.cfg.Settings.EndGame || p.wantedCnt > 0 || p.open > 0 {
		return nil, 0, false
	}
	theirs := p.bitsOf(id)
	least := uint8(maxAsked)
	for _, s := range p.started {
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

// release takes back what a neighbour was asked for. It tells whether a block
// is open again because of it.
func (p *Peer) release(id ConnID) bool {
	c := &p.conns[id]
	opened := false
	for _, b := range c.requested {
		opened = p.unask(b) || opened
	}
	c.requested = c.requested[:0]
	c.pace.asked = 0
	return p.endParole(c) || opened
}

// unask takes back one request for a block.
func (p *Peer) unask(b block) (opened bool) {
	s := p.startedPiece(int(b / p.perPc))
	i := int(b % p.perPc)
	if s == nil || s.state[i] == blockHere || s.state[i] == 0 {
		return false
	}
	if s.state[i]--; s.state[i] > 0 {
		return false
	}
	s.open++
	p.open++
	s.hint = min(s.hint, i)
	return true
}

// askOthers gives blocks that are open again to whoever has room for a request,
// to those who snub us last.
func (p *Peer) askOthers() {
	for _, snubbed := range []bool{false, true} {
		for _, id := range p.order {
			if p.conns[id].snubbed == snubbed {
				p.request(id)
			}
		}
	}
}

// gotChoke: what was asked of the neighbour will not come.
func (p *Peer) gotChoke(id ConnID) {
	c := &p.conns[id]
	if c.choked {
		return
	}
	c.choked = true
	c.snubbed = false
	if p.release(id) {
		p.askOthers()
	}
}

func (p *Peer) gotUnchoke(id ConnID) {
	c := &p.conns[id]
	if !c.choked {
		return
	}
	c.choked = false
	c.pace.start, c.pace.bytes = p.now, 0
	c.lastBlock = p.now
	p.request(id)
}
