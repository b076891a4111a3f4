package assign

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"swarmsim/client/pick"
	"swarmsim/client/pieces"
	"swarmsim/registry"
	"swarmsim/registry/registrytest"
)

// TestConformance is what every assignment rule and every end game must fulfil, with its default
// settings and with any settings a scenario could give it. A strategy is tested as soon as it is in
// a list of registry.go, each rule together with each end game; nothing is added here for it. The
// requirements are:
//
//   - the entries are well-formed (registrytest.Check);
//   - a rule chooses open blocks of active pieces that the neighbour offers and may download, none
//     of them twice. An Owner whose end game has begun may choose any missing block that the
//     neighbour is not asked for;
//   - an end game chooses a missing block of such a piece that the neighbour is not asked for, and
//     withdraws a request of another neighbour only if that has one for the block;
//   - the table agrees with the requests throughout;
//   - the same events and random numbers lead to the same choices, and two strategies do not
//     influence each other;
//   - a download from seeds completes, whatever order the blocks arrive in.
//
// Neighbours join, leave, announce pieces, choke, and send blocks, some of them corrupt, at random,
// with few pieces and with more than pick.IndexThreshold.
func TestConformance(t *testing.T) {
	registrytest.Check(t, Rules())
	registrytest.Check(t, EndGames())
	for _, rule := range Rules() {
		for _, ending := range EndGames() {
			t.Run(rule.Name+"/"+ending.Name, func(t *testing.T) {
				p := pair{rule, ending}
				t.Run("chooses what may be requested", rapid.MakeCheck(func(r *rapid.T) { choosesRequestable(r, p) }))
				t.Run("is repeatable", rapid.MakeCheck(func(r *rapid.T) { isRepeatable(r, p) }))
				t.Run("completes a download", rapid.MakeCheck(func(r *rapid.T) { completes(r, p) }))
			})
		}
	}
}

// pair is an assignment rule with an end game.
type pair struct {
	rule   RuleEntry
	ending EndGameEntry
}

// draw returns functions that make a rule and an end game, with default settings or with any.
func (p pair) draw(r *rapid.T) (func() Rule, func() EndGame) {
	rule, ending := settings(r, p.rule), settings(r, p.ending)
	return func() Rule { return p.rule.New(rule) }, func() EndGame { return p.ending.New(ending) }
}

func settings[T any](r *rapid.T, e registry.Entry[T]) any {
	if rapid.Bool().Draw(r, "defaults") {
		return e.Defaults()
	}
	return registrytest.Settings(r, e)
}

func pieceCount(r *rapid.T) int {
	return rapid.OneOf(rapid.IntRange(1, 8), rapid.IntRange(1, 70), rapid.Just(pick.IndexThreshold+90)).Draw(r, "pieces")
}

func choosesRequestable(r *rapid.T, p pair) {
	rule, ending := p.draw(r)
	seed := rapid.Uint64().Draw(r, "seed")
	l := newLeecher(pieceCount(r), rule(), ending(), seed)
	l.check = func(n *Neighbour, choices []Choice, d *Duplicate) {
		seen := map[Choice]bool{}
		for _, x := range choices {
			if err := l.requestable(n, x); err != nil {
				r.Fatalf("the rule chose %v", err)
			}
			anyMissing := l.releaser != nil && l.releaser.EndGameBegan()
			if x.Piece.Requesters(x.Block) > 0 && !anyMissing || seen[x] {
				r.Fatalf("the rule chose block %d/%d twice", x.Piece.Index(), x.Block)
			}
			seen[x] = true
		}
		if d == nil {
			return
		}
		if err := l.requestable(n, d.Choice); err != nil {
			r.Fatalf("the end game chose %v", err)
		}
		if d.From != NoSlot && (d.From == n.Slot || !l.state[d.From].requests.Has(l.block(d.Choice))) {
			r.Fatalf("the end game withdraws a request from %d, which has none", d.From)
		}
	}
	rng := rand.New(rand.NewPCG(seed, 0))
	for range 300 {
		l.shake(rng)
		if err := l.tableError(); err != nil {
			r.Fatal(err)
		}
	}
}

// requestable returns an error unless a choice is a missing block of an active piece that a
// neighbour offers, may download and is not asked for.
func (l *leecher) requestable(n *Neighbour, x Choice) error {
	at := func(what string) error { return fmt.Errorf("block %d/%d, %s", x.Piece.Index(), x.Block, what) }
	switch {
	case x.Piece == nil:
		return fmt.Errorf("no piece")
	case l.table.Find(x.Piece.Index()) != x.Piece:
		return at("whose piece is not active")
	case x.Block < 0 || x.Block >= x.Piece.Blocks():
		return at("which does not exist")
	case !x.Piece.CanRequest(x.Block):
		return at("which has been received, or is requested from too many")
	case !n.Offers.Has(x.Piece.Index()):
		return at("which the neighbour does not offer")
	case !x.Piece.MayDownload(n.Serial):
		return at("which is on parole with another neighbour")
	case n.Requests.Has(l.block(x)):
		return at("which the neighbour is asked for already")
	}
	return nil
}

func isRepeatable(r *rapid.T, p pair) {
	rule, ending := p.draw(r)
	count, seed := pieceCount(r), rapid.Uint64().Draw(r, "seed")
	a, b := newLeecher(count, rule(), ending(), seed), newLeecher(count, rule(), ending(), seed)
	x, y := rand.New(rand.NewPCG(seed, 0)), rand.New(rand.NewPCG(seed, 0))
	for range 200 {
		if first, second := a.shake(x), b.shake(y); first != second {
			r.Fatalf("requested %v and %v after the same events", first, second)
		}
	}
}

// completes downloads from seeds that send the blocks in any order of neighbours. Each is kept
// supplied with a few requests.
func completes(r *rapid.T, p pair) {
	rule, ending := p.draw(r)
	seed := rapid.Uint64().Draw(r, "seed")
	l := newLeecher(rapid.IntRange(1, 30).Draw(r, "pieces"), rule(), ending(), seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	for slot := range rapid.IntRange(1, len(l.state)).Draw(r, "seeds") {
		l.join(slot, 1, rng)
	}
	for step := 0; !l.table.Complete(); step++ {
		var busy []int
		for _, slot := range l.slots {
			for n := l.state[slot].requests.Len(); n < 5; n = l.state[slot].requests.Len() {
				if _, ok := l.request(slot, 5-n); !ok {
					break
				}
			}
		}
		for _, slot := range l.slots { // requests may have moved
			if l.state[slot].requests.Len() > 0 {
				busy = append(busy, slot)
			}
		}
		if len(busy) == 0 || step > 10*l.table.Count()*int(pieces.Block(4)) {
			r.Fatalf("%d of %d pieces after %d steps, %d neighbours have requests",
				l.table.HaveCount(), l.table.Count(), step, len(busy))
		}
		l.view.Now += 1e6
		l.receive(busy[rng.IntN(len(busy))], true)
	}
}
