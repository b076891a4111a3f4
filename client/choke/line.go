package choke

import "slices"

// line appends the interested in the order that compare gives, so many at most.
func topInterested(cs []Candidate, out []int, most int, compare func(a, b int) int) []int {
	first := len(out)
	for i := range cs {
		if cs[i].Interested {
			out = append(out, i)
		}
	}
	slices.SortFunc(out[first:], compare)
	return out[:min(len(out), first+most)]
}

// ledger is what a choker remembers of each neighbour, in the candidates' order.
type perPeer[T any] struct {
	rows, previous []row[T]
}

type row[T any] struct {
	id    int
	value T
	isNew bool
}

// follow brings the rows in the order of the candidates. Who is new has an empty
// one; who is gone, none.
func (l *perPeer[T]) sync(cs []Candidate) {
	l.rows, l.previous = l.previous[:0], l.rows
	next := 0 // neighbours keep their order: nearly always the row that comes next
	for i := range cs {
		at := l.find(cs[i].ID, next)
		if at < 0 {
			l.rows = append(l.rows, row[T]{id: cs[i].ID, isNew: true})
			continue
		}
		l.rows = append(l.rows, l.previous[at])
		l.rows[i].isNew = false
		next = at + 1
	}
}

// find looks for the row that a neighbour had, from a place on and then before.
func (l *perPeer[T]) find(id, from int) int {
	for k := range l.previous {
		if at := (from + k) % len(l.previous); l.previous[at].id == id {
			return at
		}
	}
	return -1
}
