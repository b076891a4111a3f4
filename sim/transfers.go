package sim

import (
	"time"

	"swarmsim/client"
	"swarmsim/sim/netem"
	"swarmsim/sim/record"
)

// transfers follows what a peer receives. Consecutive blocks of a piece from one neighbour are one
// transfer, which is a row of the event log.
type transfers struct {
	conns []transfer // by connection
}

// transfer is the current transfer of a connection.
type transfer struct {
	bytes int64 // 0 while there is none
	piece uint32
	other int32
	since time.Duration // it began
	last  time.Duration // its last block arrived

	pending   int           // requests that have not been answered
	requested time.Duration // when a request was last sent while none was pending
}

func (t *transfers) of(c netem.ConnID) *transfer {
	for int(c) >= len(t.conns) {
		t.conns = append(t.conns, transfer{})
	}
	return &t.conns[c]
}

func (t *transfers) onRequest(now time.Duration, c netem.ConnID) {
	x := t.of(c)
	if x.pending == 0 {
		x.requested = now
	}
	x.pending++
}

func (t *transfers) onReceived(n *node, c netem.ConnID, m *client.Message) {
	switch m.Kind {
	case client.Piece:
		t.onBlock(n, c, m)
	case client.Reject:
		x := t.of(c)
		x.pending = max(0, x.pending-1)
	case client.Choke:
		t.of(c).pending = 0 // with the fast extension rejects follow, and change nothing
	}
}

// onBlock adds a block to the current transfer, or begins one: when the block was requested or, if
// others were on their way, when the one before it had arrived.
func (t *transfers) onBlock(n *node, c netem.ConnID, m *client.Message) {
	x, now := t.of(c), n.host.Now()
	if x.bytes > 0 && x.piece != m.Index {
		x.log(n)
	}
	if x.bytes == 0 {
		x.piece, x.other, x.since = m.Index, int32(n.host.Remote(c)), max(x.requested, x.last)
	}
	x.bytes += int64(m.Length)
	x.last = now
	x.pending = max(0, x.pending-1)
}

// log logs the transfer and ends it.
func (x *transfer) log(n *node) {
	n.logRow(record.Event{
		TimeNS: int64(x.last), SinceNS: int64(x.since), Event: record.EventTransfer,
		Other: x.other, Piece: int32(x.piece), Bytes: x.bytes,
	})
	x.bytes = 0
}

// onPiece logs the transfers of a piece that is complete.
func (t *transfers) onPiece(n *node, piece uint32) {
	for c := range t.conns {
		if x := &t.conns[c]; x.bytes > 0 && x.piece == piece {
			x.log(n)
		}
	}
}

// end ends the transfer of a connection that has ended.
func (t *transfers) end(n *node, c netem.ConnID) {
	x := t.of(c)
	if x.bytes > 0 {
		x.log(n)
	}
	*x = transfer{}
}

func (t *transfers) endAll(n *node) {
	for c := range t.conns {
		t.end(n, netem.ConnID(c))
	}
}
