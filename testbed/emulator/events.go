package emulator

import "time"

// step is what happens to a packet next.
type step uint8

const (
	leaves  step = iota // a fair uplink has sent it
	reaches             // the receiver's downlink
	arrives             // at the receiver
)

// event is a packet's next step.
type event struct {
	at       time.Duration
	seq      uint64 // events at one time happen in the order in which they were made
	step     step
	from, to int
	packet   []byte
}

func (e *event) before(other *event) bool {
	if e.at != other.at {
		return e.at < other.at
	}
	return e.seq < other.seq
}

// events is a binary heap of events, the earliest first. container/heap would allocate for each
// event, and garbage collection would make packets late.
type events []event

func (e *events) push(x event) {
	h := append(*e, x)
	i := len(h) - 1
	for i > 0 {
		parent := (i - 1) / 2
		if !h[i].before(&h[parent]) {
			break
		}
		h[i], h[parent] = h[parent], h[i]
		i = parent
	}
	*e = h
}

func (e *events) pop() event {
	h := *e
	first, last := h[0], len(h)-1
	h[0], h[last] = h[last], event{}
	h = h[:last]
	for i := 0; ; {
		child := 2*i + 1
		if child >= last {
			break
		}
		if right := child + 1; right < last && h[right].before(&h[child]) {
			child = right
		}
		if !h[child].before(&h[i]) {
			break
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
	*e = h
	return first
}

func (n *network) schedule(e event) {
	n.seq++
	e.seq = n.seq
	n.events.push(e)
}
