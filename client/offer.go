package client

import (
	"time"

	"swarmsim/client/pick"

	"swarmsim/client/pieces"
)

// Offer is how a peer that begins with all the content shows what it has, until
// every piece has gone out once. Then it is a seed like any other.
type Reveal uint8

// The ways.
const (
	// ShowAll: all of it at once.
	ShowAll Reveal = iota
	// SuperSeed: nothing at first, then to each neighbour one piece at a time,
	// the rarest; the next when another neighbour has that one (BEP 16), or as
	// loosen says where neighbours do not pass pieces on.
	SuperSeed
	// NeverTwice: likewise, but to each a piece of its own, and the next as soon
	// as the piece is sent: no piece is sent again before all are out (the
	// smart seed of Bharambe, Herley and Padmanabhan, INFOCOM 2006).
	NeverTwice
)

// Offers are the names of the ways, in their order.
var Reveals = []string{"all", "super-seeding", "smart-seed"}

// offering is what a peer that shows pieces one by one keeps in mind.
type superSeeding struct {
	out          pieces.Bitset // pieces that have gone out
	left         int           // pieces that have not
	revealedTo   []int         // how many neighbours each piece is on offer to
	lastSent     time.Duration // when a block was last handed to the network, or an offer last made for want of that
	withoutProof bool          // a piece counts as passed on as soon as its neighbour has it

	// Of many pieces.
	index *pick.Index   // all, by how many neighbours have each or are offered it
	stale bool          // it has to be made anew
	free  pieces.Bitset // scratch
}

// offered is what has been shown to a neighbour.
type revealed struct {
	pieces            pieces.Bitset
	piece             int           // on offer, or none
	sent              int64         // bytes of it
	since             time.Duration // when it was offered
	sentNotInterested bool          // of late, before it can have heard of what it is offered
}

const none = -1

func newOffering(count int) *superSeeding {
	o := &superSeeding{out: pieces.NewBitset(count), left: count, revealedTo: make([]int, count)}
	if count > pick.IndexThreshold {
		o.index, o.stale, o.free = pick.NewIndex(count, nil), true, pieces.NewBitset(count)
	}
	return o
}

// onOffer notes that a piece is on offer to one neighbour more, or one fewer.
func (p *Peer) countReveal(piece, by int) {
	o := p.offering
	o.revealedTo[piece] += by
	if n := int(p.pieces.Copies()[piece]) + o.revealedTo[piece]; o.index != nil && !o.stale {
		o.index.Move(piece, n-by, n)
	}
}

// beginOffer begins with a neighbour.
func (p *Peer) beginReveal(id ConnID) {
	p.conns[id].cold.revealed = &revealed{pieces: pieces.NewBitset(p.pieces.Count()), piece: none}
	p.reveal(id)
}

// offer shows a neighbour the next piece, if there is one for it.
func (p *Peer) reveal(id ConnID) {
	f := p.conns[id].cold.revealed
	p.endReveal(f)
	piece := p.nextReveal(f, p.pieces.Neighbour(int(id)))
	if piece == none {
		return
	}
	f.piece, f.sent, f.since = piece, 0, p.now
	f.pieces.Set(piece)
	p.countReveal(piece, 1)
	p.send(id, Have).Index = uint32(piece)
}

// withdraw: what was on offer no longer is, though it has been shown.
func (p *Peer) endReveal(f *revealed) {
	if f.piece != none {
		p.countReveal(f.piece, -1)
		f.piece = none
	}
}

// nextOffer is the piece that fewest neighbours have or are offered, ties at
// random, of those that the neighbour lacks. A piece that is to go out once only
// is not offered again while a neighbour may be fetching it.
func (p *Peer) nextReveal(f *revealed, theirs pieces.Bitset) int {
	once := p.set.Reveal == NeverTwice
	var fetched pieces.Bitset
	if once {
		fetched = p.piecesBeingFetched()
	}
	if p.offering.index != nil {
		return p.nextRevealOfMany(f, theirs, fetched)
	}
	best, least, ties := none, 0, 0
	for i := range p.pieces.Count() {
		if f.pieces.Has(i) || theirs.Has(i) || once && (p.offering.out.Has(i) || fetched.Has(i)) {
			continue
		}
		n := int(p.pieces.Copies()[i]) + p.offering.revealedTo[i]
		if best == none || n < least {
			best, least, ties = i, n, 1
		} else if n == least {
			if ties++; p.cfg.Rand.IntN(ties) == 0 {
				best = i
			}
		}
	}
	return best
}

// nextOfMany is the same where there are many pieces. It draws once, where looking at each
// draws whenever one is as rare as those before it.
func (p *Peer) nextRevealOfMany(f *revealed, theirs, fetched pieces.Bitset) int {
	o := p.offering
	if o.stale {
		o.stale = false
		o.index.Clear()
		for i, n := range o.revealedTo {
			o.index.Add(i, int(p.pieces.Copies()[i])+n)
		}
	}
	for i := range o.free {
		o.free[i] = ^(f.pieces[i] | theirs[i])
		if fetched != nil {
			o.free[i] &^= o.out[i] | fetched[i]
		}
	}
	v := &p.scratch.view
	*v = pick.View{Wanted: o.free, PeerHas: o.free, NumPieces: p.pieces.Count()}
	if piece, ok := o.index.Rarest(v, p.cfg.Rand); ok {
		return piece
	}
	return none
}

// beingFetched are the pieces on offer to neighbours who have asked for them,
// or have just been unchoked and will.
func (p *Peer) piecesBeingFetched() pieces.Bitset {
	out := pieces.NewBitset(p.pieces.Count())
	for _, id := range p.established {
		c := &p.conns[id]
		if f := c.cold.revealed; f != nil && f.piece != none {
			hopeful := !c.amChoking && p.now-max(f.since, c.chokeChange) < p.set.Snub
			if hopeful || f.sent > 0 || c.uploads.len() > 0 || c.sendQueued > 0 {
				out.Set(f.piece)
			}
		}
	}
	return out
}

// gave: a block of the offered pieces is on its way.
func (p *Peer) onRevealedSent(id ConnID, a peerRequest) {
	p.offering.lastSent = p.now
	f := p.conns[id].cold.revealed
	if f.piece != int(a.index) {
		return
	}
	if f.sent += int64(a.length); f.sent < p.torrent.PieceSize(f.piece) || p.set.Reveal != NeverTwice {
		return
	}
	p.onPieceOut(f.piece)
	if p.offering != nil {
		p.reveal(id)
	}
}

// seen: a neighbour has a piece.
func (p *Peer) onPeerHas(id ConnID, piece int) {
	p.onPieceOut(piece)
	for _, other := range p.established {
		if p.offering == nil {
			return
		}
		if p.conns[other].cold.revealed.piece != piece {
			continue
		}
		if other != id {
			p.offering.withoutProof = false
		}
		if other != id || p.set.Reveal == NeverTwice || p.offering.withoutProof || len(p.established) == 1 {
			p.reveal(other)
		}
	}
}

// keepsSlotUntilRound reports whether a NOT INTERESTED is out of date: it crossed the
// HAVE of a piece that the neighbour lacks. The neighbour keeps its slot until the next
// round. A choke now would cross its requests for that piece; unchoked again it would
// make them again, and get every block twice.
func (p *Peer) keepsSlotUntilRound(id ConnID, wants bool) bool {
	c := &p.conns[id]
	f := c.cold.revealed
	f.sentNotInterested = !wants && c.peerInterested && f.piece != none && !p.pieces.NeighbourHas(int(id), f.piece)
	return f.sentNotInterested
}

// takeAtTheirWord chokes, from the next round on, neighbours that said NOT INTERESTED
// and have not taken it back.
func (p *Peer) applyNotInterested() {
	for _, id := range p.established {
		c := &p.conns[id]
		if f := c.cold.revealed; f.sentNotInterested {
			f.sentNotInterested, c.peerInterested = false, false
		}
	}
}

// loosen offers every neighbour the next piece when no block has been sent for as long
// as counts as snubbing: neighbours have the pieces that they were offered and do not
// pass them on, because they cannot reach one another or choke each other. From then
// on, until a neighbour has a piece of another, a neighbour that has the piece on offer
// is offered the next. BitTornado, by the author of BEP 16, does so while fewer
// neighbours are interested than it has slots (Choker.py, _round_robin;
// PiecePicker.py, next_have: looser_upload).
func (p *Peer) revealWithoutProof() {
	o := p.offering
	if len(p.established) == 0 {
		o.lastSent = p.now
	}
	if p.now-o.lastSent < p.set.Snub {
		return
	}
	o.lastSent, o.withoutProof = p.now, true
	for _, id := range p.established {
		p.reveal(id)
	}
}

// isOut notes that a piece has gone out. With the last of them the peer shows
// all it has.
func (p *Peer) onPieceOut(piece int) {
	if p.offering.out.Has(piece) {
		return
	}
	p.offering.out.Set(piece)
	if p.offering.left--; p.offering.left > 0 {
		return
	}
	p.applyNotInterested()
	p.offering = nil
	for _, id := range p.established {
		f := p.conns[id].cold.revealed
		for i := range p.pieces.Count() {
			if !f.pieces.Has(i) && !p.pieces.NeighbourHas(int(id), i) {
				p.send(id, Have).Index = uint32(i)
			}
		}
	}
}

// renewOffers offers something to those who have a slot and nothing to fetch:
// what they were offered has gone to another meanwhile.
func (p *Peer) renewReveals() {
	for _, id := range p.established {
		c := &p.conns[id]
		f := c.cold.revealed
		if !c.amChoking && c.uploads.len() == 0 && c.sendQueued == 0 && (f.piece == none || p.offering.out.Has(f.piece)) && p.set.Reveal == NeverTwice {
			p.reveal(id)
		}
	}
}

// shows reports whether a neighbour knows that we have a piece.
func (p *Peer) isShown(id ConnID, piece int) bool {
	return p.pieces.Has(piece) && (p.offering == nil || p.conns[id].cold.revealed.pieces.Has(piece))
}

// CopiesChanged keeps the pieces sorted by how many neighbours have them or are offered them.
func (o *superSeeding) CopiesChanged(piece, before, now int) {
	if !o.stale {
		o.index.Move(piece, before+o.revealedTo[piece], now+o.revealedTo[piece])
	}
}

// AllCopiesChanged has the pieces sorted anew.
func (o *superSeeding) AllCopiesChanged() { o.stale = true }
