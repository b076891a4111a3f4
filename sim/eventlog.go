package sim

import "swarmsim/sim/record"

// eventNames are the names of trace events in the event log. Kinds without a name are not
// logged. A departed peer's event is named by its outcome.
var eventNames = [...]string{
	arrived:         "arrived",
	neverArrived:    string(record.NeverArrived),
	pieceCompleted:  "piece",
	pieceFailed:     "bad-piece",
	completed:       "completed",
	departed:        "",
	unchoked:        "unchoked",
	choked:          "choked",
	slotChanged:     "",
	connected:       "",
	disconnected:    "",
	interestChanged: "",
}

// logEvent writes an event to the event log, if the record has one.
func (c *collector) logEvent(e *traceEvent) {
	if !c.world.scenario.Record.Events {
		return
	}
	row := record.Event{TimeNS: int64(e.at), Peer: int32(e.host), Event: eventNames[e.kind], Other: -1, Piece: -1}
	switch e.kind {
	case departed:
		row.Event = string(c.world.node(e.host).history.outcome)
	case pieceCompleted, pieceFailed:
		row.Piece = e.arg
	case unchoked, choked:
		row.Other = int32(e.other)
	}
	if row.Event != "" {
		c.writer.Event(row)
	}
}
