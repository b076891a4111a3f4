package client

import (
	"slices"

	"swarmsim/slab"
)

// peerRequest is a block that a neighbour requests from us.
type peerRequest struct{ index, begin, length uint32 }

// uploadQueue holds a neighbour's requests that have not been served, in order. The zero value is
// empty.
type uploadQueue struct {
	served int32 // number of requests at the beginning of list that have been served
	list   []peerRequest
}

// pending returns the requests, oldest first. The caller may reorder them.
func (q *uploadQueue) pending() []peerRequest { return q.list[q.served:] }

// len returns the number of requests.
func (q *uploadQueue) len() int { return len(q.list) - int(q.served) }

// push appends a request. A queue without memory gets some from the pool.
func (q *uploadQueue) push(r peerRequest, pool *slab.Slices[peerRequest]) {
	if len(q.list) == cap(q.list) {
		if q.list == nil {
			q.list = pool.Get()
		}
		q.set(q.pending())
	}
	q.list = append(q.list, r)
}

// pop removes the first request and returns it. The others stay where they are in memory.
func (q *uploadQueue) pop() peerRequest {
	r := q.list[q.served]
	if q.served++; int(q.served) == len(q.list) {
		q.list, q.served = q.list[:0], 0
	}
	return r
}

// remove removes a request and reports whether it was there.
func (q *uploadQueue) remove(r peerRequest) bool {
	pending := q.pending()
	i := slices.Index(pending, r)
	if i < 0 {
		return false
	}
	q.set(slices.Delete(pending, i, i+1))
	return true
}

// set replaces all requests by some of them.
func (q *uploadQueue) set(remaining []peerRequest) {
	q.list, q.served = q.list[:copy(q.list, remaining)], 0
}

// clear removes all requests and returns the memory to the pool.
func (q *uploadQueue) clear(pool *slab.Slices[peerRequest]) {
	q.list, q.served = pool.Put(q.list), 0
}
