package sim

import (
	"cmp"
	"slices"

	"swarmsim/sim/record"
)

// eventNames are the names of trace events in the event log. Kinds without a name are not
// logged. A departed peer's event is named by its outcome.
var eventNames = [...]string{
	arrived:         record.EventArrived,
	neverArrived:    string(record.NeverArrived),
	pieceCompleted:  record.EventPiece,
	pieceFailed:     record.EventBadPiece,
	completed:       record.EventCompleted,
	departed:        "",
	unchoked:        record.EventUnchoked,
	choked:          record.EventChoked,
	slotChanged:     record.EventSlot,
	connected:       "",
	disconnected:    "",
	interestChanged: "",
}

// eventLogger writes the event log, from the trace events of a window and from what nodes log
// directly.
type eventLogger struct {
	world *world
	out   *record.Writer
	rows  []record.Event // of the window
}

// logBuffer holds the rows and messages that the hosts of one worker have logged in a window, on a cache
// line of its own.
type logBuffer struct {
	rows     []record.Event
	messages []WireMessage
	_        [16]byte
}

// add adds a trace event, if the log has events of its peer.
func (l *eventLogger) add(e *traceEvent) {
	n := l.world.node(e.host)
	if !l.world.scenario.Record.Events && !(n.logged && n.log.events) {
		return
	}
	row := record.Event{TimeNS: int64(e.at), Peer: int32(e.host), Event: eventNames[e.kind], Other: -1, Piece: -1}
	switch e.kind {
	case departed:
		row.Event = string(n.history.outcome)
	case pieceCompleted, pieceFailed:
		row.Piece = e.arg
	case unchoked, slotChanged:
		row.Other, row.Why = int32(e.other), slotKind(e.arg == 1)
	case choked:
		row.Other = int32(e.other)
	}
	if row.Event != "" {
		l.rows = append(l.rows, row)
	}
}

func slotKind(optimistic bool) string {
	if optimistic {
		return record.WhyOptimistic
	}
	return record.WhyRegular
}

// endWindow writes the rows of the window in the order of time and peer. Rows of a peer at the same
// time are its trace events, in their order, and then what it has logged directly.
func (l *eventLogger) endWindow() {
	direct := 0
	for i := range l.world.logs {
		b := &l.world.logs[i]
		l.rows = append(l.rows, b.rows...)
		direct += len(b.rows)
		b.rows = b.rows[:0]
	}
	if direct > 0 {
		slices.SortStableFunc(l.rows, func(a, b record.Event) int {
			return cmp.Or(cmp.Compare(a.TimeNS, b.TimeNS), cmp.Compare(a.Peer, b.Peer))
		})
	}
	for i := range l.rows {
		l.out.Event(l.rows[i])
	}
	l.rows = l.rows[:0]
}

// finish writes the transfers that have not ended with the run.
func (l *eventLogger) finish() {
	for _, n := range l.world.nodes {
		if n.logged && n.state == present {
			n.log.onDeparture(n)
		}
	}
	l.endWindow()
}
