package pieces

import "swarmsim/slab"

// Table records the state of all pieces at one peer. The fields that any message touches come
// first: see docs/speed.md.
type Table struct {
	layout       *Layout
	count        int32    // pieces of the torrent
	words        int32    // of a Bitset
	neighbours   []uint64 // the pieces of each neighbour by slot, words each
	perPiece     Block    // blocks of a full piece
	parole       bool     // some piece is, or was, on parole
	scopeLimited bool     // only pieces in scope may be requested
	pickActive   bool     // a picker is shown the active pieces that have open blocks, too

	have        Bitset
	copies      []uint16 // of each piece: how many neighbours have it
	haveCount   int
	active      []Entry // oldest first
	openBlocks  int     // open blocks of active pieces
	wanted      Bitset  // pieces to be started
	wantedCount int

	suspects     Bitset // pieces that failed and came from several senders; nil before the first
	spare        slab.Pool[Active]
	index        *activeIndex  // nil until many pieces are active at a time
	availability *availability // nil where there are few pieces
	scope        *scope        // nil until only some pieces may be requested
	pickable     Bitset        // what a picker is shown where pickActive holds; nil until it is needed
	ranks        []uint32      // see Options
	watcher      CopiesWatcher
	selection    *selection // nil where no piece is skipped
}

// Options are what a Table is made for.
type Options struct {
	// Complete says that the peer has all pieces from the start.
	Complete bool
	// PickActive says that the picker may name active pieces that have open blocks, and not only
	// wanted ones.
	PickActive bool
	// Ranks is a random order of the pieces, which breaks ties between equally rare ones; nil
	// for none.
	Ranks []uint32
}

// Entry is an active piece in the list of all, with what most searches need of it, so that they
// need not visit each piece. While more than a few pieces are active, Open may be out of date in
// the list of all; it is exact in the list of those with open blocks.
type Entry struct {
	Piece *Active
	Index int32
	Open  int32 // its open blocks
}

// CopiesWatcher learns how many neighbours have each piece. A peer that reveals its pieces one by
// one keeps them sorted by that.
type CopiesWatcher interface {
	// CopiesChanged says how many neighbours had a piece before, and how many have it now.
	CopiesChanged(piece, before, now int)
	// AllCopiesChanged says that those of many pieces have changed.
	AllCopiesChanged()
}

// New returns the table of a peer without neighbours.
func New(l *Layout, o Options) *Table {
	t := &Table{}
	t.Init(l, o, nil)
	return t
}

// Init makes t the table of a peer without neighbours, in the memory of s. s may be nil.
func (t *Table) Init(l *Layout, o Options, s *Storage) {
	t.layout, t.count, t.words = l, int32(l.Pieces()), int32(Words(l.Pieces()))
	t.perPiece, t.pickActive, t.ranks = l.BlocksPerPiece(), o.PickActive, o.Ranks
	t.use(s)
	if o.Complete {
		t.have.Fill(t.Count())
		t.haveCount = t.Count()
	} else {
		t.wanted.Fill(t.Count())
		t.wantedCount = t.Count()
	}
	if t.Count() > manyPieces {
		t.availability = &availability{}
	}
}

// Count returns the number of pieces of the torrent.
func (t *Table) Count() int { return int(t.count) }

// Layout returns how the content is divided.
func (t *Table) Layout() *Layout { return t.layout }

// Complete reports whether the peer has all pieces.
func (t *Table) Complete() bool { return t.haveCount == int(t.count) }

// HaveCount returns the number of verified pieces.
func (t *Table) HaveCount() int { return t.haveCount }

// Have returns the set of verified pieces. It is not to be changed.
func (t *Table) Have() Bitset { return t.have }

// Has reports whether the peer has a piece.
func (t *Table) Has(piece int) bool { return t.have.Has(piece) }

// Wanted returns the set of pieces to be started. It is not to be changed.
func (t *Table) Wanted() Bitset { return t.wanted }

// WantedCount returns the number of pieces to be started.
func (t *Table) WantedCount() int { return t.wantedCount }

// OpenBlocks returns the number of blocks of active pieces that are neither received nor
// requested.
func (t *Table) OpenBlocks() int { return t.openBlocks }

// BlockAt returns the number of block i of a piece.
func (t *Table) BlockAt(piece, i int) Block { return Block(piece)*t.perPiece + Block(i) }

// PerPiece returns the number of blocks of a full piece.
func (t *Table) PerPiece() Block { return t.perPiece }

// Split returns the piece of a block and its place in it.
func (t *Table) Split(b Block) (piece, i int) { return int(b / t.perPiece), int(b % t.perPiece) }

// PieceOf returns the piece of a block.
func (t *Table) PieceOf(b Block) int { return int(b / t.perPiece) }

// IsReceived reports whether a block has been received.
func (t *Table) IsReceived(b Block) bool {
	piece, i := t.Split(b)
	if t.have.Has(piece) {
		return true
	}
	a := t.Find(piece)
	return a != nil && a.HasBlock(i)
}

// Start makes a piece active: all its blocks are open. serial is the connection that it is
// started for; a suspect piece is on parole with it.
func (t *Table) Start(piece int, serial uint32) *Active {
	a := t.newActive()
	a.reset(piece, t.layout.Blocks(piece), serial)
	t.AssignParole(a, serial)
	t.MarkStarted(piece)
	t.openBlocks += int(a.open)
	t.addActive(a)
	return a
}

// MarkStarted notes that a piece is no longer wanted.
func (t *Table) MarkStarted(piece int) {
	if t.wanted.Has(piece) {
		t.wanted.Unset(piece)
		t.wantedCount--
		if !t.pickActive { // otherwise it may be named while it is active
			t.removeCandidate(piece)
		}
	}
}

// MarkWanted notes that a piece is to be started, or continued with another neighbour.
func (t *Table) MarkWanted(piece int) {
	if !t.wanted.Has(piece) && !t.Skips(piece) {
		t.wanted.Set(piece)
		t.wantedCount++
		t.addCandidate(piece)
	}
}

// Request notes that one more neighbour will be asked for block i of a.
func (t *Table) Request(a *Active, i int) {
	if a.state[i] == 0 {
		t.addOpen(a, -1)
	}
	a.state[i]++
}

// Unrequest notes that one neighbour fewer is asked for a block, and reports whether the block
// is open because of it. It does nothing if the block has been received or its piece is not
// active.
func (t *Table) Unrequest(b Block) (opened bool) {
	piece, i := t.Split(b)
	a := t.Find(piece)
	if a == nil || a.state[i] == blockReceived || a.state[i] == 0 {
		return false
	}
	if a.state[i]--; a.state[i] > 0 {
		return false
	}
	t.addOpen(a, 1)
	a.hint = min(a.hint, int32(i))
	return true
}

// Receive notes that block i of a, which was missing, came from a connection, and returns how
// many others are still asked for it. requested says whether this connection was asked for it.
func (t *Table) Receive(a *Active, i int, serial uint32, requested bool) (others int) {
	n := a.state[i]
	if requested {
		n--
	} else if n == 0 {
		t.addOpen(a, -1)
	}
	a.state[i] = blockReceived
	a.senders()[i] = serial
	if a.received++; a.received == 1 {
		t.scope.onFirstBlock(a, int(t.copies[a.index]))
	}
	return int(n)
}

// Drop makes a piece inactive, whatever has been received of it.
func (t *Table) Drop(a *Active) {
	t.removeActive(a)
	t.scope.onDropped(a)
	t.spare.Put(a)
}

// Verified notes that the peer has a piece, which is active no longer.
func (t *Table) Verified(piece int) {
	t.MarkStarted(piece) // it may have been put back and completed nevertheless
	if t.selection != nil && t.Lacks(piece) {
		t.selection.lacking--
	}
	t.have.Set(piece)
	t.haveCount++
	if t.Complete() { // nothing will be requested any more
		t.index, t.scope = nil, nil
		if t.availability != nil {
			t.availability.index = nil
		}
	}
}

// Failed notes that the hash of a piece, which is active no longer, did not match: it is wanted
// again.
func (t *Table) Failed(piece int) {
	t.scope.onFailed(piece, int(t.copies[piece]))
	t.MarkWanted(piece)
}

// Lost notes that the peer has a piece no longer: it is wanted again.
func (t *Table) Lost(piece int) {
	t.have.Unset(piece)
	t.haveCount--
	if t.selection != nil && t.Lacks(piece) {
		t.selection.lacking++
	}
	if t.availability != nil {
		t.availability.firstMissingWord = min(t.availability.firstMissingWord, piece>>6)
	}
	t.scope.invalidate()
	t.MarkWanted(piece)
}

// Abandon makes every piece wanted again of which nothing has been received and nothing is
// requested.
func (t *Table) Abandon() {
	list := t.ActiveWithOpen()
	for k := len(list) - 1; k >= 0; k-- {
		if a := list[k].Piece; a.open == a.blocks {
			t.openBlocks -= int(a.open)
			t.Drop(a)
			t.MarkWanted(a.index)
		}
	}
}

// addOpen changes the number of open blocks of an active piece.
func (t *Table) addOpen(a *Active, by int32) {
	a.open += by
	t.openBlocks += int(by)
	if t.pickActive {
		switch a.open {
		case 0:
			t.removeCandidate(a.index)
		case by:
			t.addCandidate(a.index)
		}
	}
	t.updateEntry(a)
}
