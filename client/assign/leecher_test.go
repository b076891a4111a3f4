package assign

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"swarmsim/client/backlog"
	"swarmsim/client/pick"
	"swarmsim/client/pieces"
)

// leecher downloads with a rule and an end game as package client does.
type leecher struct {
	rule     Rule
	releaser Owner // the rule, if it is one
	endGame  EndGame
	table    *pieces.Table
	view     View
	slots    []int // of the neighbours, in the order in which they connected
	state    []neighbour
	serials  uint32
	received int64 // bytes, those that were received in vain included
	shown    Neighbour

	// check, unless it is nil, gets what the rule or the end game chose before it takes effect.
	check func(n *Neighbour, choices []Choice, d *Duplicate)
}

// neighbour is what a leecher knows of a neighbour.
type neighbour struct {
	serial   uint32
	hasCount int
	requests pieces.Requests
	pace     backlog.Pace
	history  History
}

// newLeecher returns a leecher of a torrent with the given number of pieces of four blocks, the
// last of which is shorter, with up to six neighbours.
func newLeecher(count int, rule Rule, ending EndGame, seed uint64) *leecher {
	const neighbours = 6
	layout := &pieces.Layout{Length: int64(count)*4*pieces.BlockSize - pieces.BlockSize, PieceLength: 4 * pieces.BlockSize}
	r := rand.New(rand.NewPCG(seed, 7))
	o := pieces.Options{PickActive: rule.Traits().PickActive}
	if rule.Traits().Ranks {
		for _, i := range r.Perm(count) {
			o.Ranks = append(o.Ranks, uint32(i))
		}
	}
	l := &leecher{rule: rule, endGame: ending, table: pieces.New(layout, o), state: make([]neighbour, neighbours)}
	l.releaser, _ = rule.(Owner)
	l.table.Slots(neighbours)
	l.view = View{
		Pieces: l.table, Neighbours: neighboursOf{l}, Rand: r, Rule: rule, Broadcast: ending.Traits().Broadcast,
		Picker: pick.Strategies().NewDefault("rarest-first"), PickView: &pick.View{},
	}
	return l
}

// neighboursOf are the neighbours of a leecher.
type neighboursOf struct{ *leecher }

func (n neighboursOf) Count() int { return len(n.slots) }

func (n neighboursOf) At(i int) *Neighbour {
	n.shown = n.show(n.slots[i])
	return &n.shown
}

// show returns what a strategy sees of a neighbour, without what it offers.
func (l *leecher) show(slot int) Neighbour {
	s := &l.state[slot]
	return Neighbour{Slot: slot, Serial: s.serial, Requests: &s.requests, Pace: &s.pace, History: &s.history}
}

// join connects a neighbour that has each piece with the given chance.
func (l *leecher) join(slot int, share float64, r *rand.Rand) {
	l.serials++
	l.state[slot] = neighbour{serial: l.serials}
	l.table.ResetNeighbour(slot)
	l.slots = append(l.slots, slot)
	for piece := range l.table.Count() {
		if r.Float64() < share {
			l.has(slot, piece)
		}
	}
}

func (l *leecher) has(slot, piece int) {
	if !l.table.NeighbourHas(slot, piece) {
		l.table.AddPiece(slot, piece)
		l.state[slot].hasCount++
	}
}

func (l *leecher) leave(slot int) {
	l.takeBack(slot)
	l.slots = slices.DeleteFunc(l.slots, func(x int) bool { return x == slot })
	l.table.RemoveNeighbour(slot, l.state[slot].hasCount)
}

// takeBack ends all requests to a neighbour, as a choke does without the fast extension.
func (l *leecher) takeBack(slot int) {
	s := &l.state[slot]
	for _, b := range s.requests.All() {
		l.table.Unrequest(b)
	}
	s.requests.Use(s.requests.Memory())
	if l.releaser != nil {
		n := l.show(slot)
		l.releaser.Release(&l.view, &n, nil)
	}
	if l.rule.Traits().Abandon {
		l.table.Abandon()
	}
	l.table.EndParole(s.serial)
}

// request requests one block, or several that belong together, from a neighbour that could be sent
// want requests. It returns what was chosen, and false if there is nothing for the neighbour.
func (l *leecher) request(slot, want int) (choices []Choice, ok bool) {
	s, n := &l.state[slot], l.show(slot)
	n.Complete = s.hasCount == l.table.Count()
	n.Offers = l.table.RequestableFrom(slot, n.Complete)
	choices = l.rule.Next(&l.view, &n, nil)
	var d Duplicate
	if len(choices) == 0 {
		l.view.Missing = l.table.Layout().Length - l.received
		if d, ok = l.endGame.Next(&l.view, &n, want); !ok {
			return nil, false
		}
	}
	if l.check != nil {
		if n.Offers = l.table.RequestableFrom(slot, n.Complete); ok {
			l.check(&n, nil, &d)
		} else {
			l.check(&n, choices, nil)
		}
	}
	if ok {
		choices = []Choice{d.Choice}
		if b := l.block(d.Choice); d.From != NoSlot {
			l.state[d.From].requests.Remove(b)
			l.table.Unrequest(b)
		}
	}
	for _, x := range choices {
		l.table.Request(x.Piece, x.Block)
		s.requests.Reserve(l.block(x))
		s.requests.Send()
	}
	return choices, true
}

func (l *leecher) block(x Choice) pieces.Block { return l.table.BlockAt(x.Piece.Index(), x.Block) }

// receive receives the oldest block that is requested from a neighbour. good says that the piece,
// if this completes it, is not corrupt.
func (l *leecher) receive(slot int, good bool) {
	s := &l.state[slot]
	if s.requests.Len() == 0 {
		return
	}
	b := s.requests.All()[0]
	s.requests.Remove(b)
	piece, i := l.table.Split(b)
	a := l.table.Find(piece)
	size := l.table.Layout().BlockSizeOf(piece, i)
	s.pace.OnBlock(l.view.Now, size)
	l.received += int64(size)
	s.history.Useful = l.view.Now
	if l.table.Receive(a, i, s.serial, true) > 0 {
		l.removeRequests(func(x pieces.Block) bool { return x == b })
	}
	if a.Received() < a.Blocks() {
		return
	}
	if _, single := a.FailedBy(); !good && !single {
		l.table.Suspect(piece)
	}
	l.table.Drop(a)
	for _, slot := range l.slots {
		if n := l.show(slot); l.releaser != nil {
			l.releaser.Forget(&n, piece)
		}
	}
	if good {
		l.table.Clear(piece)
		l.table.Verified(piece)
	} else {
		l.table.Failed(piece)
	}
}

// removeRequests removes requests from all neighbours.
func (l *leecher) removeRequests(remove func(pieces.Block) bool) {
	for _, slot := range l.slots {
		l.state[slot].requests.RemoveFunc(remove)
	}
}

// shake plays a random event and returns what was requested by it.
func (l *leecher) shake(r *rand.Rand) string {
	slot := r.IntN(len(l.state))
	l.view.Now += time.Duration(r.IntN(100)) * time.Millisecond
	switch x := r.IntN(40); {
	case !slices.Contains(l.slots, slot):
		l.join(slot, []float64{0, 0.1, 0.7, 1}[r.IntN(4)], r)
	case x == 0:
		l.leave(slot)
	case x == 1:
		l.takeBack(slot)
	case x < 6:
		l.has(slot, r.IntN(l.table.Count()))
	case x < 22:
		l.receive(slot, r.IntN(4) > 0)
	default:
		choices, _ := l.request(slot, 1+r.IntN(3))
		return fmt.Sprint(l.blocks(choices))
	}
	return ""
}

func (l *leecher) blocks(choices []Choice) (out []pieces.Block) {
	for _, x := range choices {
		out = append(out, l.block(x))
	}
	return out
}

// tableError returns where the piece table contradicts itself or the requests.
func (l *leecher) tableError() error {
	var requests []*pieces.Requests
	for _, slot := range l.slots {
		requests = append(requests, &l.state[slot].requests)
	}
	return l.table.Check(l.slots, requests)
}
