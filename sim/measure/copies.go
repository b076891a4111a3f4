package measure

import (
	"swarmsim/client/pick"
	"swarmsim/sim/record"
)

// Copies counts the copies of each piece on all peers that are present; a client's availability of
// a piece (client/pick) counts its neighbours only. In swarms with many pieces it also indexes the
// pieces by their number of copies, so that neither a pick nor a sample looks at every piece.
type Copies struct {
	Of    []int32     // by piece; only to be read
	Index *pick.Index // pieces by copies; nil in swarms with few pieces
}

// NewCopies starts with no copy of any piece.
func NewCopies(pieces, peers int) *Copies {
	c := &Copies{Of: make([]int32, pieces)}
	if pieces > max(pick.IndexThreshold, peers) { // with fewer pieces there could be more counts than pieces
		c.Index = pick.NewIndex(pieces, nil)
		for i := range pieces {
			c.Index.Add(i, 0)
		}
	}
	return c
}

// Add changes the number of copies of a piece by delta.
func (c *Copies) Add(piece int, delta int32) {
	c.Of[piece] += delta
	if c.Index != nil {
		c.Index.Move(piece, int(c.Of[piece]-delta), int(c.Of[piece]))
	}
}

// AddAll changes the number of copies of every piece by delta, which is 1 or -1.
func (c *Copies) AddAll(delta int32) {
	for i := range c.Of {
		c.Of[i] += delta
	}
	switch {
	case c.Index == nil:
	case delta > 0:
		c.Index.AddCopyOfAll()
	default:
		c.Index.RemoveCopyOfAll()
	}
}

// Missing lists the pieces without a copy.
func (c *Copies) Missing() []int {
	var out []int
	for i, n := range c.Of {
		if n == 0 {
			out = append(out, i)
		}
	}
	return out
}

// Fill sets a sample's numbers of copies.
func (c *Copies) Fill(s *record.Sample) {
	if c.Index == nil {
		c.fillByPiece(s)
		return
	}
	sum := int64(0)
	s.CopiesMin = -1
	for copies := range c.Index.MaxCopies() + 1 {
		n := c.Index.Count(copies)
		if n == 0 {
			continue
		}
		if s.CopiesMin < 0 {
			s.CopiesMin = copies
		}
		s.CopiesMax = copies
		sum += int64(copies) * int64(n)
	}
	s.CopiesMean = float64(sum) / float64(len(c.Of))
	s.MissingPieces, s.SinglePieces = c.Index.Count(0), c.Index.Count(1)
}

func (c *Copies) fillByPiece(s *record.Sample) {
	sum := int64(0)
	s.CopiesMin, s.CopiesMax = int(c.Of[0]), int(c.Of[0])
	for _, n := range c.Of {
		sum += int64(n)
		s.CopiesMin, s.CopiesMax = min(s.CopiesMin, int(n)), max(s.CopiesMax, int(n))
		switch n {
		case 0:
			s.MissingPieces++
		case 1:
			s.SinglePieces++
		}
	}
	s.CopiesMean = float64(sum) / float64(len(c.Of))
}

// Entropy is the piece entropy of the copies on leechers: complete peers, whose number is
// given, hold every piece and are left out. ok is false where leechers hold no copies.
func (c *Copies) Entropy(complete int) (value float64, ok bool) {
	e := record.NewEntropy(len(c.Of), complete)
	if c.Index == nil {
		for _, n := range c.Of {
			e.Add(int(n), 1)
		}
		return e.Value()
	}
	for copies := complete + 1; copies <= c.Index.MaxCopies(); copies++ {
		e.Add(copies, c.Index.Count(copies))
	}
	return e.Value()
}
