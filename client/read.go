package client

import "slices"

// A Store may need time to read a block. Until then the block counts as handed to the network, so
// that the reads of a connection are limited like its send queue, and a choke does not stop it.

// onBlockRead handles that a block has been read, and sends it unless its request has been
// cancelled meanwhile. A read for an earlier connection in the same slot yields the same content.
func (p *Peer) onBlockRead(id ConnID, m *Message) {
	if int(id) >= len(p.conns) || !p.conns[id].live {
		return
	}
	c, r := &p.conns[id], peerRequest{m.Index, m.Begin, m.Length}
	if c.stopReading(r) {
		c.sendQueued++
		p.sendBlock(id, r, m.Data)
	}
}

// stopReading removes a block from those that are being read for a connection and from its send
// queue. It reports whether it was one of them.
func (c *conn) stopReading(r peerRequest) bool {
	i := slices.Index(c.cold.reading, r)
	if i < 0 {
		return false
	}
	c.cold.reading = slices.Delete(c.cold.reading, i, i+1)
	c.sendQueued--
	return true
}

// onStorageFailed handles that a block could not be read, or that a piece could not be written or
// checked. A request that cannot be served is rejected; without the fast extension, which has
// rejects (BEP 6), the connection is closed, because the neighbour would wait for the block. A
// piece that could not be stored is wanted again, and nothing is requested until the store works.
func (p *Peer) onStorageFailed(id ConnID, m *Message) {
	if m.Length > 0 {
		p.onReadFailed(id, peerRequest{m.Index, m.Begin, m.Length})
		return
	}
	p.storeFailed = true
	a := p.pieces.Find(int(m.Index))
	if a == nil {
		return
	}
	for _, id := range p.established {
		c := &p.conns[id]
		for _, b := range slices.Clone(c.requests.All()) {
			if p.pieces.PieceOf(b) != a.Index() {
				continue
			}
			if outstanding, _ := c.requests.Remove(b); outstanding {
				p.sendCancel(id, b)
			}
		}
	}
	p.pieces.Drop(a)
	p.forgetPiece(a.Index())
	p.pieces.Failed(a.Index())
}

func (p *Peer) onReadFailed(id ConnID, r peerRequest) {
	if int(id) >= len(p.conns) || !p.conns[id].live || !p.conns[id].stopReading(r) {
		return
	}
	if !p.conns[id].fast {
		p.hangUp(id, CannotRead)
		return
	}
	p.reject(id, r)
	p.loop.onBlockTaken(id)
}

// onStorageRestored continues the download after onStorageFailed.
func (p *Peer) onStorageRestored() {
	if p.storeFailed {
		p.storeFailed = false
		p.requestReopened()
	}
}
