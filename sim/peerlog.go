package sim

import (
	"strings"
	"time"

	"swarmsim/client"
	"swarmsim/client/wire"
	"swarmsim/sim/netem"
	"swarmsim/sim/record"
)

// peerLog is what the event log has of one peer beside its trace events.
type peerLog struct {
	events    bool // its trace events, too
	messages  bool
	transfers *transfers   // nil for none
	decisions *decisionLog // nil for none
}

// WireMessage is a message of a peer whose messages are recorded, as its bytes.
type WireMessage struct {
	At    time.Duration // when it was handed to the network, or when its last byte arrived
	Peer  int
	Other int  // the neighbour
	Conn  int  // the connection of Peer; its number is used again when it has ended
	Sent  bool // by Peer; otherwise received
	Ended bool // the connection has ended; there is no message
	Bytes []byte
}

// clientTrace returns what is told of the client's doings.
func (n *node) clientTrace() client.Trace {
	if n.logged && n.log.decisions != nil {
		return n.log.decisions
	}
	return n
}

// logRow adds a row to the log, of this peer at this time unless the row says otherwise.
func (n *node) logRow(row record.Event) {
	row.Peer = int32(n.host.ID())
	if row.TimeNS == 0 {
		row.TimeNS = int64(n.host.Now())
	}
	b := &n.world.logs[n.host.Worker()]
	b.rows = append(b.rows, row)
}

// onSend is called before a message is sent.
func (l *peerLog) onSend(n *node, c netem.ConnID, m *client.Message) {
	if l.transfers != nil && m.Kind == client.Request {
		l.transfers.onRequest(n.host.Now(), c)
	}
	if l.messages {
		l.logMessage(n, c, m, true)
	}
}

// onReceived is called before the client is given a message.
func (l *peerLog) onReceived(n *node, c netem.ConnID, m *client.Message) {
	if n.state != present {
		return
	}
	if l.transfers != nil {
		l.transfers.onReceived(n, c, m)
	}
	if l.messages {
		l.logMessage(n, c, m, false)
	}
}

// onPiece is called when a piece has been verified.
func (l *peerLog) onPiece(n *node, piece uint32) {
	if l.transfers != nil {
		l.transfers.onPiece(n, piece)
	}
}

// onParted is called when a connection has ended.
func (l *peerLog) onParted(n *node, c client.ConnID) {
	if l.transfers != nil {
		l.transfers.end(n, netem.ConnID(c))
	}
	if l.messages && n.world.keepsWire {
		l.keepMessage(n, netem.ConnID(c), WireMessage{Ended: true})
	}
}

// onDeparture is called when the peer leaves, or the run ends.
func (l *peerLog) onDeparture(n *node) {
	if l.transfers != nil {
		l.transfers.endAll(n)
	}
}

// The names of messages in the event log, by kind.
var sentNames, receivedNames = messageNames("sent-"), messageNames("received-")

func messageNames(prefix string) (names [client.Unknown + 1]string) {
	for k := range names {
		names[k] = prefix + strings.ReplaceAll(client.Kind(k).String(), " ", "-")
	}
	return names
}

// logMessage logs a message, and keeps its bytes where the run asks for them.
func (l *peerLog) logMessage(n *node, c netem.ConnID, m *client.Message, sent bool) {
	row := record.Event{Event: receivedNames[m.Kind], Other: int32(n.host.Remote(c)), Piece: -1, Bytes: int64(m.Size())}
	if sent {
		row.Event = sentNames[m.Kind]
	}
	switch m.Kind {
	case client.Have, client.Request, client.Piece, client.Cancel, client.AllowedFast, client.Reject, client.Suggest:
		row.Piece = int32(m.Index)
	}
	n.logRow(row)
	if n.world.keepsWire {
		encoded := *m
		if m.Kind == client.Piece && m.Data == nil {
			encoded.Data = make([]byte, m.Length) // virtual content is zeros
		}
		l.keepMessage(n, c, WireMessage{Sent: sent, Bytes: wire.Append(nil, &encoded)})
	}
}

// keepMessage keeps a message until the end of the window.
func (l *peerLog) keepMessage(n *node, c netem.ConnID, m WireMessage) {
	m.At, m.Peer, m.Other, m.Conn = n.host.Now(), int(n.host.ID()), int(n.host.Remote(c)), int(c)
	b := &n.world.logs[n.host.Worker()]
	b.messages = append(b.messages, m)
}
