package pieces

import "slices"

// Requests are the blocks that a neighbour is to send: two queues in one list. Outstanding
// requests have been sent and not answered; reserved ones are still to be sent. The zero value is
// empty.
type Requests struct {
	blocks   []Block // outstanding, then reserved
	reserved int32
}

// Len returns the number of outstanding and reserved requests.
func (r *Requests) Len() int { return len(r.blocks) }

// All returns the outstanding and the reserved requests, in this order.
func (r *Requests) All() []Block { return r.blocks }

// Outstanding returns the requests that have been sent, oldest first.
func (r *Requests) Outstanding() []Block { return r.blocks[:len(r.blocks)-int(r.reserved)] }

// Reserved returns the requests that are still to be sent, in their order.
func (r *Requests) Reserved() []Block { return r.blocks[len(r.blocks)-int(r.reserved):] }

// OutstandingCount returns the number of requests that have been sent.
func (r *Requests) OutstandingCount() int { return len(r.blocks) - int(r.reserved) }

// ReservedCount returns the number of requests that are still to be sent.
func (r *Requests) ReservedCount() int { return int(r.reserved) }

// Has reports whether a block is outstanding or reserved.
func (r *Requests) Has(b Block) bool { return slices.Contains(r.blocks, b) }

// Reserve appends a block to the requests that are still to be sent.
func (r *Requests) Reserve(b Block) {
	r.blocks = append(r.blocks, b)
	r.reserved++
}

// Send makes the first reserved request an outstanding one and returns it. There must be one.
func (r *Requests) Send() Block {
	b := r.blocks[len(r.blocks)-int(r.reserved)]
	r.reserved--
	return b
}

// Remove removes a block and reports whether it was outstanding or reserved; neither if it is not
// there.
func (r *Requests) Remove(b Block) (outstanding, reserved bool) {
	i := slices.Index(r.blocks, b)
	if i < 0 {
		return false, false
	}
	outstanding = i < r.OutstandingCount()
	if !outstanding {
		r.reserved--
	}
	r.blocks = slices.Delete(r.blocks, i, i+1)
	return outstanding, !outstanding
}

// RemoveFunc removes all blocks for which remove returns true.
func (r *Requests) RemoveFunc(remove func(Block) bool) {
	kept, sent := r.blocks[:0], r.OutstandingCount()
	for i, b := range r.blocks {
		if !remove(b) {
			kept = append(kept, b)
		} else if i >= sent {
			r.reserved--
		}
	}
	r.blocks = kept
}

// RemoveReserved removes all requests that are still to be sent and returns them. The list is
// valid until the next change.
func (r *Requests) RemoveReserved() []Block {
	list := r.Reserved()
	r.blocks, r.reserved = r.Outstanding(), 0
	return list
}

// Use has an empty queue use a list's memory.
func (r *Requests) Use(list []Block) { r.blocks, r.reserved = list[:0], 0 }

// Memory returns the memory of the queue, which is to be given to another or back to this one
// with Use.
func (r *Requests) Memory() []Block { return r.blocks }

// Newest returns the last request; false if there is none.
func (r *Requests) Newest() (b Block, ok bool) {
	if len(r.blocks) == 0 {
		return 0, false
	}
	return r.blocks[len(r.blocks)-1], true
}
