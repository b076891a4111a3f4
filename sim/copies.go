package sim

import (
	"swarmsim/client/pick"
	"swarmsim/sim/record"
)

// swarmCopies are the copies of each piece on peers that are there. They change between
// windows; within them oracles read them. Of many pieces they are also kept by their
// number, so that neither a pick nor a sample looks at each.
type swarmCopies struct {
	of      []int32
	shelves *pick.Index // nil for few pieces
}

func newSwarmCopies(pieces, peers int) swarmCopies {
	c := swarmCopies{of: make([]int32, pieces)}
	if pieces > max(pick.Many, peers) { // else there could be more shelves than pieces
		c.shelves = pick.NewIndex(pieces, nil)
		for i := range pieces {
			c.shelves.Add(i, 0)
		}
	}
	return c
}

// add adds copies of a piece, or takes them away.
func (c *swarmCopies) add(piece int, by int32) {
	c.of[piece] += by
	if c.shelves != nil {
		c.shelves.Move(piece, int(c.of[piece]-by), int(c.of[piece]))
	}
}

// addAll adds a copy of every piece, or takes one away.
func (c *swarmCopies) addAll(by int32) {
	for i := range c.of {
		c.of[i] += by
	}
	switch {
	case c.shelves == nil:
	case by > 0:
		c.shelves.More()
	default:
		c.shelves.Fewer()
	}
}

// count writes down how copies are spread. It looks at each number of copies where that is
// kept, and at each piece otherwise.
func (c *swarmCopies) count(s *record.Sample) {
	if c.shelves == nil {
		c.countEach(s)
		return
	}
	sum := int64(0)
	s.CopiesMin = -1
	for copies := range c.shelves.Most() + 1 {
		n := c.shelves.Count(copies)
		if n == 0 {
			continue
		}
		if s.CopiesMin < 0 {
			s.CopiesMin = copies
		}
		s.CopiesMax = copies
		sum += int64(copies) * int64(n)
	}
	s.CopiesMean = float64(sum) / float64(len(c.of))
	s.MissingPieces, s.SinglePieces = c.shelves.Count(0), c.shelves.Count(1)
}

func (c *swarmCopies) countEach(s *record.Sample) {
	sum := int64(0)
	s.CopiesMin, s.CopiesMax = int(c.of[0]), int(c.of[0])
	for _, n := range c.of {
		sum += int64(n)
		s.CopiesMin, s.CopiesMax = min(s.CopiesMin, int(n)), max(s.CopiesMax, int(n))
		switch n {
		case 0:
			s.MissingPieces++
		case 1:
			s.SinglePieces++
		}
	}
	s.CopiesMean = float64(sum) / float64(len(c.of))
}

// entropy is that of the copies beyond those on peers that have all.
func (c *swarmCopies) entropy(complete int) (float64, bool) {
	e := record.NewEntropy(len(c.of), complete)
	if c.shelves == nil {
		for _, n := range c.of {
			e.Add(int(n), 1)
		}
		return e.Value()
	}
	for copies := complete + 1; copies <= c.shelves.Most(); copies++ {
		e.Add(copies, c.shelves.Count(copies))
	}
	return e.Value()
}
