package reveal

import (
	"time"

	"swarmsim/client/pieces"
)

// oneByOne is the state of a strategy that announces one piece at a time to each neighbour.
type oneByOne struct {
	uploaded   pieces.Bitset    // pieces that have been uploaded once
	remaining  int              // number of pieces that have not
	awaiting   []int            // for each piece, the number of neighbours that await it
	neighbours []neighbourState // by number
	lastSent   time.Duration    // when a block was last sent, or stalled last returned true
	rarest     rarest
}

// neighbourState is what was announced to one neighbour, and sent to it since.
type neighbourState struct {
	awaited     int           // the piece that was announced last, or none
	announcedAt time.Duration // when it was announced
	sent        int64         // bytes of it that were sent
}

// none stands for no piece.
const none = -1

// begin prepares the state for the pieces of the torrent.
func (o *oneByOne) begin(v *View) {
	o.remaining = v.Layout.Pieces()
	o.uploaded = pieces.NewBitset(o.remaining)
	o.awaiting = make([]int, o.remaining)
	o.rarest.init(o.remaining)
}

// join begins with a neighbour.
func (o *oneByOne) join(id int) {
	for id >= len(o.neighbours) {
		o.neighbours = append(o.neighbours, neighbourState{})
	}
	o.neighbours[id] = neighbourState{awaited: none}
}

// announceRarest appends the next piece to announce to a neighbour: one of those with the fewest
// copies, out of those that it lacks, that have not been announced to it and that are not in
// excluded, which may be nil. A neighbour that awaits a piece counts as a copy of it.
//
// The neighbour must not await a piece any more.
func (o *oneByOne) announceRarest(v *View, id int, excluded pieces.Bitset, out []Announcement) []Announcement {
	n := v.Neighbours.Get(id)
	piece, ok := o.rarest.choose(v, &n, excluded, o.awaiting)
	if !ok {
		return out
	}
	o.neighbours[id] = neighbourState{awaited: piece, announcedAt: v.Now}
	o.countAwaiting(v, piece, 1)
	return append(out, Announcement{id, piece})
}

// stopAwaiting notes that a neighbour is not expected to download its piece any more.
func (o *oneByOne) stopAwaiting(v *View, id int) {
	if n := &o.neighbours[id]; n.awaited != none {
		o.countAwaiting(v, n.awaited, -1)
		n.awaited = none
	}
}

// countAwaiting notes that one neighbour more, or one fewer, awaits a piece.
func (o *oneByOne) countAwaiting(v *View, piece, change int) {
	before := int(v.Copies[piece]) + o.awaiting[piece]
	o.awaiting[piece] += change
	o.rarest.onChange(piece, before, before+change)
}

// Awaited returns the piece that was announced to a neighbour last, unless the strategy has given
// it up.
func (o *oneByOne) Awaited(id int) (piece int, ok bool) {
	piece = o.neighbours[id].awaited
	return piece, piece != none
}

// onUploaded notes that a piece has been uploaded, and reports whether all have been.
func (o *oneByOne) onUploaded(piece int) (all bool) {
	if !o.uploaded.Has(piece) {
		o.uploaded.Set(piece)
		o.remaining--
	}
	return o.remaining == 0
}

// stalled reports whether no block has been sent for the snub timeout. If so, the timeout starts
// again. Neighbours then have the pieces that they awaited and do not pass them on, because they
// cannot reach one another or choke each other.
func (o *oneByOne) stalled(v *View) bool {
	if v.Neighbours.Count() == 0 {
		o.lastSent = v.Now
	}
	if v.Now-o.lastSent < v.SnubTimeout {
		return false
	}
	o.lastSent = v.Now
	return true
}

// CopiesChanged keeps the pieces in the order of their copies (pieces.CopiesWatcher).
func (o *oneByOne) CopiesChanged(piece, before, now int) {
	o.rarest.onChange(piece, before+o.awaiting[piece], now+o.awaiting[piece])
}

// AllCopiesChanged has the pieces sorted anew (pieces.CopiesWatcher).
func (o *oneByOne) AllCopiesChanged() { o.rarest.stale = true }
