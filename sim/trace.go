package sim

import (
	"cmp"
	"slices"
	"time"

	"swarmsim/sim/engine"
)

// traceEvent is something that happened to a peer. Nodes emit events while the engine plays a
// window; between windows the collector applies them in the order of time and host.
type traceEvent struct {
	at    time.Duration
	host  engine.HostID
	kind  traceKind
	arg   int32         // a piece, or what the kind says
	other engine.HostID // the neighbour, for kinds that concern one
}

type traceKind uint8

const (
	arrived traceKind = iota
	neverArrived
	pieceCompleted
	pieceFailed
	completed
	departed

	// Kinds that concern a neighbour.
	unchoked // arg is 1 if the slot is optimistic
	choked
	slotChanged // the slot of an unchoked neighbour is now optimistic (arg is 1) or regular
	connected
	disconnected
	interestChanged // the peer is now interested in the neighbour (arg is 1) or not
)

// traceBuffer holds the events of the hosts that one worker has played, on a cache line of its
// own.
type traceBuffer struct {
	events []traceEvent
	_      [40]byte
}

// traceMerger merges the buffers of all workers into one order, which does not depend on the
// worker that played a host: by time, then host, then the order in which the host emitted them.
type traceMerger struct {
	events []traceEvent
	keys   []uint64 // of the events, in their order
}

// A key holds an event's time, counted from the first event, above its index in events. Sorting
// these numbers takes a fraction of the time of sorting the events. A window is short enough for
// the bits that are left to the time.
const indexBits = 30

// merge empties the buffers and orders their events, which replace those of the last merge.
func (m *traceMerger) merge(buffers []traceBuffer) {
	m.events = m.events[:0]
	for i := range buffers {
		m.events = append(m.events, buffers[i].events...)
		buffers[i].events = buffers[i].events[:0]
	}
	m.sort()
}

// len is the number of merged events.
func (m *traceMerger) len() int { return len(m.keys) }

// event returns the i-th event in order.
func (m *traceMerger) event(i int) *traceEvent { return m.byKey(m.keys[i]) }

func (m *traceMerger) byKey(key uint64) *traceEvent { return &m.events[key&(1<<indexBits-1)] }

func (m *traceMerger) sort() {
	m.keys = m.keys[:0]
	if len(m.events) == 0 {
		return
	}
	first, last := m.events[0].at, m.events[0].at
	for i := range m.events {
		first, last = min(first, m.events[i].at), max(last, m.events[i].at)
	}
	if last-first >= 1<<(64-indexBits) {
		panic("sim: trace events span more time than a window")
	}
	for i := range m.events {
		m.keys = append(m.keys, uint64(m.events[i].at-first)<<indexBits|uint64(i))
	}
	slices.Sort(m.keys)
	for from, to := 0, 0; from < len(m.keys); from = to {
		for to = from + 1; to < len(m.keys) && m.keys[to]>>indexBits == m.keys[from]>>indexBits; to++ {
		}
		if to-from > 1 {
			slices.SortStableFunc(m.keys[from:to], func(a, b uint64) int {
				return cmp.Compare(m.byKey(a).host, m.byKey(b).host)
			})
		}
	}
}
