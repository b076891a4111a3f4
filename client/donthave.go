package client

import (
	"slices"

	"swarmsim/client/backlog"
	"swarmsim/client/extension"
	"swarmsim/client/pieces"
)

// A peer may lose a piece, for example because its file has changed. HAVE cannot be taken back, so
// lt_donthave does that (BEP 54).

// onDontHave handles lt_donthave: a neighbour has a piece no longer. What was requested of the piece
// is requested from others.
func (p *Peer) onDontHave(id ConnID, data []byte) bool {
	index, err := extension.DecodeDontHave(data)
	if err != nil || index >= uint32(p.pieces.Count()) {
		return false
	}
	piece, c := int(index), &p.conns[id]
	if !p.pieces.NeighbourHas(int(id), piece) {
		return true
	}
	p.pieces.RemovePiece(int(id), piece)
	c.haveCount--
	if !p.pieces.Lacks(piece) {
		return true
	}
	c.missing--
	if p.pieceOwner != nil {
		var kept []uint32
		for _, x := range c.cold.history.Assigned {
			if x != piece {
				kept = append(kept, uint32(x))
			}
		}
		p.releasePieces(id, kept)
	}
	opened := false
	c.requests.RemoveFunc(func(b pieces.Block) bool {
		if p.pieces.PieceOf(b) != piece {
			return false
		}
		opened = p.pieces.Unrequest(b) || opened
		return true
	})
	p.abandon()
	if c.missing == 0 && !p.defers {
		p.setInterest(id, false)
	}
	if opened {
		p.requestReopened()
	}
	return true
}

// onPieceLost handles that the store has lost a piece: neighbours are told, and it is downloaded
// again.
func (p *Peer) onPieceLost(index uint32) {
	if p.departed || index >= uint32(p.pieces.Count()) || !p.pieces.Has(int(index)) {
		return
	}
	piece := int(index)
	p.pieces.Lost(piece)
	for _, id := range p.established {
		c := &p.conns[id]
		p.rejectPiece(id, index)
		if x := c.cold.extension; x != nil && p.supports(x, extension.DontHave) {
			p.sendExtended(id, extension.DontHave, func(b []byte) []byte { return extension.AppendDontHave(b, index) })
		}
		if !p.pieces.NeighbourHas(int(id), piece) || p.pieces.Skips(piece) {
			continue
		}
		c.missing++
		if !c.amInterested {
			p.showInterest(id)
		}
		p.request(id, backlog.PieceAvailable)
	}
	p.updateUploadOnly()
}

// rejectPiece drops a neighbour's requests for a piece.
func (p *Peer) rejectPiece(id ConnID, index uint32) {
	c := &p.conns[id]
	for _, r := range slices.Clone(c.uploads.pending()) {
		if r.index == index {
			c.uploads.remove(r)
			p.reject(id, r)
		}
	}
}
