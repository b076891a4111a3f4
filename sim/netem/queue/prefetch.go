package queue

import "swarmsim/prefetch"

// Prefetch adds to l what the next Admit reads beside q itself.
func (q *DropTail) Prefetch(l *prefetch.List) {
	if int(q.first) < len(q.arriving) {
		prefetch.Add(l, &q.arriving[q.first])
	}
}
