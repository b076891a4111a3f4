package client

import (
	"slices"

	"swarmsim/client/backlog"
	"swarmsim/client/pieces"
)

// maxPriority is the greatest priority of a piece. Libtorrent has the same range.
const maxPriority = 7

// setPriorities has pieces skipped and others started first, as Config.Priorities says.
func (p *Peer) setPriorities(priorities []byte) {
	v := &p.assignView
	v.Levels = v.Levels[:0]
	if p.settings.Requests.FileEndsFirst {
		v.Levels = append(v.Levels, p.torrent.Ends(p.torrent.Files))
	}
	for level := byte(maxPriority); level > 1; level-- {
		if slices.Contains(priorities, level) {
			v.Levels = append(v.Levels, piecesOf(priorities, level))
		}
	}
	var skipped pieces.Bitset
	if slices.Contains(priorities, 0) {
		skipped = piecesOf(priorities, 0)
	}
	p.pieces.Skip(skipped)
}

// piecesOf returns the pieces that have a priority.
func piecesOf(priorities []byte, priority byte) pieces.Bitset {
	set := pieces.NewBitset(len(priorities))
	for piece, x := range priorities {
		if x == priority {
			set.Set(piece)
		}
	}
	return set
}

// prioritize handles that the pieces to download have changed: interest and requests follow.
func (p *Peer) prioritize(priorities []byte) {
	wasFinished := p.Finished()
	p.setPriorities(priorities)
	for _, id := range p.established {
		c := &p.conns[id]
		c.missing = int32(p.pieces.LackingOf(int(id)))
		if !p.settings.Choking.InterestAtRounds && !p.defers {
			p.setInterest(id, c.missing > 0)
		}
		p.request(id, backlog.BecameInteresting)
	}
	if p.Finished() && !wasFinished {
		p.finish()
	} else {
		p.updateUploadOnly()
	}
}
