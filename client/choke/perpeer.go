package choke

// perPeer keeps a value for each connected neighbour. After sync(cs) the value of cs[i] is at(i).
type perPeer[T any] struct {
	rows, previous []row[T]
}

type row[T any] struct {
	id    int
	isNew bool
	value T
}

// sync brings the values into the order of the candidates. A neighbour that has connected since
// the last call gets a zero value; the value of one that has left is dropped.
func (p *perPeer[T]) sync(cs []Candidate) {
	p.rows, p.previous = p.previous[:0], p.rows
	next := 0 // candidates keep their order, so the search nearly always ends here
	for i := range cs {
		at := p.find(cs[i].ID, next)
		if at < 0 {
			p.rows = append(p.rows, row[T]{id: cs[i].ID, isNew: true})
			continue
		}
		p.rows = append(p.rows, p.previous[at])
		p.rows[i].isNew = false
		next = at + 1
	}
}

// at returns the value of candidate i.
func (p *perPeer[T]) at(i int) *T { return &p.rows[i].value }

// isNew reports whether candidate i was not there at the last sync but one.
func (p *perPeer[T]) isNew(i int) bool { return p.rows[i].isNew }

// find searches the previous rows for an ID, starting at index start and wrapping around. It
// returns the index of the row, or -1.
func (p *perPeer[T]) find(id, start int) int {
	for k := range p.previous {
		if at := (start + k) % len(p.previous); p.previous[at].id == id {
			return at
		}
	}
	return -1
}
