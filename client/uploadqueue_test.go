package client

import (
	"slices"
	"testing"

	"swarmsim/slab"
)

// Requests are served in order. A removed one is not served, whether others were served before it
// or not, and the memory of a cleared queue is used by the next one.
func TestUploadQueue(t *testing.T) {
	var q uploadQueue
	var pool slab.Slices[peerRequest]
	request := func(n uint32) peerRequest { return peerRequest{n, 0, BlockSize} }
	expect := func(want ...uint32) {
		t.Helper()
		var got []uint32
		for _, r := range q.pending() {
			got = append(got, r.index)
		}
		if !slices.Equal(got, want) || q.len() != len(want) {
			t.Errorf("%d requests are pending: %d, want %d", q.len(), got, want)
		}
	}
	for n := range uint32(100) {
		q.push(request(n), &pool)
	}
	for n := range uint32(96) {
		if got := q.pop(); got != request(n) {
			t.Errorf("request %d is served, want %d", got.index, n)
		}
	}
	expect(96, 97, 98, 99)
	if !q.remove(request(98)) || q.remove(request(98)) || q.remove(request(3)) {
		t.Error("not exactly the pending request was removed")
	}
	expect(96, 97, 99)
	q.push(request(7), &pool)
	expect(96, 97, 99, 7)
	q.clear(&pool)
	expect()
	q.push(request(8), &pool)
	expect(8)
}
