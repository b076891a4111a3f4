package choke

import "slices"

// line appends the interested in the order that compare gives, so many at most.
func line(cs []Candidate, out []int, most int, compare func(a, b int) int) []int {
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
type ledger[T any] struct {
	rows, before []row[T]
}

type row[T any] struct {
	id  int
	is  T
	new bool
}

// follow brings the rows in the order of the candidates. Who is new has an empty
// one; who is gone, none.
func (l *ledger[T]) follow(cs []Candidate) {
	l.rows, l.before = l.before[:0], l.rows
	next := 0 // neighbours keep their order: nearly always the row that comes next
	for i := range cs {
		at := l.find(cs[i].ID, next)
		if at < 0 {
			l.rows = append(l.rows, row[T]{id: cs[i].ID, new: true})
			continue
		}
		l.rows = append(l.rows, l.before[at])
		l.rows[i].new = false
		next = at + 1
	}
}

// find looks for the row that a neighbour had, from a place on and then before.
func (l *ledger[T]) find(id, from int) int {
	for k := range l.before {
		if at := (from + k) % len(l.before); l.before[at].id == id {
			return at
		}
	}
	return -1
}
