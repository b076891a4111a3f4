package assign

import (
	"math"

	"swarmsim/client/pieces"
)

var contiguousEntry = RuleEntry{
	Name:     "contiguous",
	About:    "Give each neighbour runs of whole pieces, as many as it sends in 20 s (libtorrent).",
	Defaults: noSettings,
	New:      func(any) Rule { return contiguous{} },
}

// contiguous gives each neighbour whole pieces, and a fast one runs of adjacent pieces, as
// libtorrent 2.0 does (request_blocks.cpp: request_a_block; piece_picker.cpp: pick_pieces). Rarity
// counts first; of equally rare pieces active ones come before new ones. It avoids an active piece
// that is requested from other neighbours as long as there is another piece to request. A run
// extends a new piece to those before and behind it, however common they are ("contiguous blocks").
// Where too many pieces are active, those come first, even if they are requested from other
// neighbours, and there are no runs.
type contiguous struct{}

const (
	runTime      = 20      // seconds that a run should keep a neighbour busy: whole_pieces_threshold
	maxRun       = 8 << 20 // bytes of the longest run
	initialCount = 4       // pieces to be had before rarity counts: initial_picker_threshold
	maxOpen      = 2048    // blocks in pieces with open blocks beyond which those come first
)

func (contiguous) Traits() Traits {
	return Traits{Pace: true, Abandon: true, ReturnReserved: true}
}

func (contiguous) Before(v *View, a, b *pieces.Entry) bool { return rarer(v, a, b) }

func (r contiguous) Next(v *View, n *Neighbour, out []Choice) []Choice {
	t := v.Pieces
	initial, crowded := t.HaveCount() < initialCount, isCrowded(v)
	length := 0 // of a run, in pieces
	if !crowded {
		bytes := min(n.Pace.SmoothedRate(v.Now)*runTime, maxRun)
		length = int(bytes / float64(t.Layout().PieceLength))
	}
	free, shared := r.activePieces(v, n, length, crowded)
	piece, fresh := r.newPiece(v, n)
	activeFirst := initial || crowded
	switch {
	case free != nil && (!fresh || activeFirst || activeBefore(v, n, free, piece)):
		return openBlocks(free, length, out)
	case shared != nil && (!fresh || activeFirst):
		return appendFirstOpen(shared, out)
	case fresh:
		return r.run(v, n, piece, length, out)
	}
	return out
}

// isCrowded reports whether the pieces with open blocks come before new ones: they are more than
// 1.5 for each neighbour, or have more than 2,048 blocks (piece_picker.cpp: pick_pieces).
func isCrowded(v *View) bool {
	t := v.Pieces
	if t.OpenBlocks() == 0 {
		return false
	}
	n := 0
	for _, e := range t.ActiveWithOpen() {
		if e.Open > 0 {
			n++
		}
	}
	return n > v.Neighbours.Count()*3/2 || n*int(t.PerPiece()) > maxOpen
}

// activePieces returns the active pieces to continue: one that no other neighbour is asked for,
// and one that others are, which runs avoid (piece_picker.cpp: add_blocks_downloading).
func (r contiguous) activePieces(v *View, n *Neighbour, length int, crowded bool) (free, shared *pieces.Active) {
	t := v.Pieces
	if t.OpenBlocks() == 0 {
		return nil, nil
	}
	for _, e := range t.ActiveWithOpen() {
		a := e.Piece
		if a.Open() == 0 || !n.Offers.Has(a.Index()) || !a.MayDownload(n.Serial) {
			continue
		}
		at := &free
		if length > 0 && requestedFromOthers(v, n, a) {
			at = &shared
		}
		if *at == nil || prefer(v, n, a, *at, crowded) {
			*at = a
		}
	}
	return free, shared
}

// requestedFromOthers reports whether a block of a piece is requested from another neighbour.
func requestedFromOthers(v *View, n *Neighbour, a *pieces.Active) bool {
	requested := a.Blocks() - a.Received() - a.Open()
	if requested == 0 {
		return false
	}
	for _, b := range n.Requests.All() {
		if v.Pieces.PieceOf(b) == a.Index() {
			requested--
		}
	}
	return requested > 0
}

// prefer reports whether to continue a rather than b: the rarer one, or for a neighbour that
// snubs us the more common one; where many are active, of equally rare ones that with the fewest
// open blocks (piece_picker.cpp: partial_compare_rarest_first). The first pieces are downloaded
// in the order of their numbers.
func prefer(v *View, n *Neighbour, a, b *pieces.Active, crowded bool) bool {
	copies := v.Pieces.Copies()
	switch x, y := copies[a.Index()], copies[b.Index()]; {
	case v.Pieces.HaveCount() < initialCount:
		return a.Index() < b.Index()
	case x != y:
		return (x < y) != (n.Snubbed && !crowded)
	}
	return crowded && a.Blocks()-a.Open() > b.Blocks()-b.Open()
}

// newPiece returns the piece to start: the one that the picker names, or the most common one for
// a neighbour that snubs us, so that all such neighbours share the same pieces
// (peer_connection.cpp: picker_options).
func (r contiguous) newPiece(v *View, n *Neighbour) (piece int, ok bool) {
	t := v.Pieces
	if t.WantedCount() == 0 {
		return 0, false
	}
	piece, ok = v.PickNew(n, t.Wanted())
	if !ok || !n.Snubbed || t.HaveCount() < initialCount {
		return piece, ok
	}
	copies := t.Copies()
	if x := t.PickIndex(); x != nil {
		if i, ok := x.Commonest(v.pickView(n, n.Offers, t.Wanted(), n.Complete)); ok && copies[i] > copies[piece] {
			piece = i
		}
		return piece, true
	}
	for i := range t.Count() {
		if t.Wanted().Has(i) && n.Offers.Has(i) && copies[i] > copies[piece] {
			piece = i
		}
	}
	return piece, true
}

// activeBefore reports whether to continue a rather than start a new piece.
func activeBefore(v *View, n *Neighbour, a *pieces.Active, piece int) bool {
	copies := v.Pieces.Copies()
	if n.Snubbed {
		return copies[a.Index()] > copies[piece]
	}
	return copies[a.Index()] <= copies[piece]
}

// openBlocks appends the open blocks of a piece: all in a run, otherwise the first one.
func openBlocks(a *pieces.Active, length int, out []Choice) []Choice {
	limit := 1
	if length > 0 {
		limit = math.MaxInt
	}
	for i := a.NextOpen(); i < a.Blocks() && limit > 0; i++ {
		if a.Requesters(i) == 0 {
			out = append(out, Choice{a, i})
			limit--
		}
	}
	return out
}

// run starts a piece and, as far as the run goes, those next to it (piece_picker.cpp:
// expand_piece).
func (r contiguous) run(v *View, n *Neighbour, piece, length int, out []Choice) []Choice {
	first, last, wanted := piece, piece, v.Pieces.Wanted()
	for last-first+1 < length && first > 0 && wanted.Has(first-1) && n.Offers.Has(first-1) {
		first--
	}
	for last-first+1 < length && last+1 < v.Pieces.Count() && wanted.Has(last+1) && n.Offers.Has(last+1) {
		last++
	}
	for i := first; i <= last; i++ {
		out = openBlocks(v.Start(i, n), length, out)
	}
	return out
}
