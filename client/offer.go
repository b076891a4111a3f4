package client

import (
	"time"

	"swarmsim/client/pick"
)

// Offer is how a peer that begins with all the content shows what it has, until
// every piece has gone out once. Then it is a seed like any other.
type Offer uint8

// The ways.
const (
	// ShowAll: all of it at once.
	ShowAll Offer = iota
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
var Offers = []string{"all", "super-seed", "never-twice"}

// offering is what a peer that shows pieces one by one keeps in mind.
type offering struct {
	out   bitset        // pieces that have gone out
	left  int           // pieces that have not
	held  []int         // how many neighbours each piece is on offer to
	gave  time.Duration // when a block was last handed to the network, or an offer last made for want of that
	loose bool          // a piece counts as passed on as soon as its neighbour has it

	// Of many pieces.
	shelves *pick.Index // all, by how many neighbours have each or are offered it
	stale   bool        // it has to be made anew
	free    bitset      // scratch
}

// offered is what has been shown to a neighbour.
type offered struct {
	pieces            bitset
	piece             int           // on offer, or none
	sent              int64         // bytes of it
	since             time.Duration // when it was offered
	sentNotInterested bool          // of late, before it can have heard of what it is offered
}

const none = -1

func newOffering(pieces int) *offering {
	o := &offering{out: newBitset(pieces), left: pieces, held: make([]int, pieces)}
	if pieces > pick.Many {
		o.shelves, o.stale, o.free = pick.NewIndex(pieces, nil), true, newBitset(pieces)
	}
	return o
}

// onOffer notes that a piece is on offer to one neighbour more, or one fewer.
func (p *Peer) onOffer(piece, by int) {
	o := p.offering
	o.held[piece] += by
	if n := int(p.copies[piece]) + o.held[piece]; o.shelves != nil && !o.stale {
		o.shelves.Move(piece, n-by, n)
	}
}

// beginOffer begins with a neighbour.
func (p *Peer) beginOffer(id ConnID) {
	p.conns[id].stranger.offered = &offered{pieces: newBitset(p.pieces), piece: none}
	p.offer(id)
}

// offer shows a neighbour the next piece, if there is one for it.
func (p *Peer) offer(id ConnID) {
	f := p.conns[id].stranger.offered
	p.withdraw(f)
	piece := p.nextOffer(f, p.bitsOf(id))
	if piece == none {
		return
	}
	f.piece, f.sent, f.since = piece, 0, p.now
	f.pieces.set(piece)
	p.onOffer(piece, 1)
	p.say(id, Have).Index = uint32(piece)
}

// withdraw: what was on offer no longer is, though it has been shown.
func (p *Peer) withdraw(f *offered) {
	if f.piece != none {
		p.onOffer(f.piece, -1)
		f.piece = none
	}
}

// nextOffer is the piece that fewest neighbours have or are offered, ties at
// random, of those that the neighbour lacks. A piece that is to go out once only
// is not offered again while a neighbour may be fetching it.
func (p *Peer) nextOffer(f *offered, theirs bitset) int {
	once := p.set.Offer == NeverTwice
	var fetched bitset
	if once {
		fetched = p.beingFetched()
	}
	if p.offering.shelves != nil {
		return p.nextOfMany(f, theirs, fetched)
	}
	best, least, ties := none, 0, 0
	for i := range p.pieces {
		if f.pieces.has(i) || theirs.has(i) || once && (p.offering.out.has(i) || fetched.has(i)) {
			continue
		}
		n := int(p.copies[i]) + p.offering.held[i]
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
func (p *Peer) nextOfMany(f *offered, theirs, fetched bitset) int {
	o := p.offering
	if o.stale {
		o.stale = false
		o.shelves.Clear()
		for i, n := range o.held {
			o.shelves.Add(i, int(p.copies[i])+n)
		}
	}
	for i := range o.free {
		o.free[i] = ^(f.pieces[i] | theirs[i])
		if fetched != nil {
			o.free[i] &^= o.out[i] | fetched[i]
		}
	}
	v := &p.scratch.view
	*v = pick.View{Wanted: o.free, Theirs: o.free, Pieces: p.pieces}
	if piece, ok := o.shelves.Rarest(v, p.cfg.Rand); ok {
		return piece
	}
	return none
}

// beingFetched are the pieces on offer to neighbours who have asked for them,
// or have just been unchoked and will.
func (p *Peer) beingFetched() bitset {
	out := newBitset(p.pieces)
	for _, id := range p.order {
		c := &p.conns[id]
		if f := c.stranger.offered; f != nil && f.piece != none {
			hopeful := !c.choking && p.now-max(f.since, c.changed) < p.set.Snub
			if hopeful || f.sent > 0 || len(c.asked()) > 0 || c.handed > 0 {
				out.set(f.piece)
			}
		}
	}
	return out
}

// gave: a block of the offered pieces is on its way.
func (p *Peer) gave(id ConnID, a ask) {
	p.offering.gave = p.now
	f := p.conns[id].stranger.offered
	if f.piece != int(a.index) {
		return
	}
	if f.sent += int64(a.length); f.sent < p.torrent.PieceSize(f.piece) || p.set.Offer != NeverTwice {
		return
	}
	p.isOut(f.piece)
	if p.offering != nil {
		p.offer(id)
	}
}

// seen: a neighbour has a piece.
func (p *Peer) seen(id ConnID, piece int) {
	p.isOut(piece)
	for _, other := range p.order {
		if p.offering == nil {
			return
		}
		if p.conns[other].stranger.offered.piece != piece {
			continue
		}
		if other != id {
			p.offering.loose = false
		}
		if other != id || p.set.Offer == NeverTwice || p.offering.loose || len(p.order) == 1 {
			p.offer(other)
		}
	}
}

// keepsSlotUntilRound reports whether a NOT INTERESTED is out of date: it crossed the
// HAVE of a piece that the neighbour lacks. The neighbour keeps its slot until the next
// round. A choke now would cross its requests for that piece; unchoked again it would
// make them again, and get every block twice.
func (p *Peer) keepsSlotUntilRound(id ConnID, wants bool) bool {
	c := &p.conns[id]
	f := c.stranger.offered
	f.sentNotInterested = !wants && c.wanting && f.piece != none && !p.theyHave(id, f.piece)
	return f.sentNotInterested
}

// takeAtTheirWord chokes, from the next round on, neighbours that said NOT INTERESTED
// and have not taken it back.
func (p *Peer) takeAtTheirWord() {
	for _, id := range p.order {
		c := &p.conns[id]
		if f := c.stranger.offered; f.sentNotInterested {
			f.sentNotInterested, c.wanting = false, false
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
func (p *Peer) loosen() {
	o := p.offering
	if len(p.order) == 0 {
		o.gave = p.now
	}
	if p.now-o.gave < p.set.Snub {
		return
	}
	o.gave, o.loose = p.now, true
	for _, id := range p.order {
		p.offer(id)
	}
}

// isOut notes that a piece has gone out. With the last of them the peer shows
// all it has.
func (p *Peer) isOut(piece int) {
	if p.offering.out.has(piece) {
		return
	}
	p.offering.out.set(piece)
	if p.offering.left--; p.offering.left > 0 {
		return
	}
	p.takeAtTheirWord()
	p.offering = nil
	for _, id := range p.order {
		f := p.conns[id].stranger.offered
		for i := range p.pieces {
			if !f.pieces.has(i) && !p.bitsOf(id).has(i) {
				p.say(id, Have).Index = uint32(i)
			}
		}
	}
}

// renewOffers offers something to those who have a slot and nothing to fetch:
// what they were offered has gone to another meanwhile.
func (p *Peer) renewOffers() {
	for _, id := range p.order {
		c := &p.conns[id]
		f := c.stranger.offered
		if !c.choking && len(c.asked()) == 0 && c.handed == 0 && (f.piece == none || p.offering.out.has(f.piece)) && p.set.Offer == NeverTwice {
			p.offer(id)
		}
	}
}

// shows reports whether a neighbour knows that we have a piece.
func (p *Peer) shows(id ConnID, piece int) bool {
	return p.have.has(piece) && !p.hides(piece) && (p.offering == nil || p.conns[id].stranger.offered.pieces.has(piece))
}
