package client

import (
	"time"

	"swarmsim/client/backlog"
	"swarmsim/registry"
)

// Loop is a client's event loop: it decides when the client acts on what it knows. The loop named
// immediate acts as soon as there is reason to. The loops of known clients embed it and differ
// from it in few methods; all that such a loop does differently is in its file.
//
// A loop belongs to one peer. It is an interface of this package and not one of its own, because
// it acts on connections and messages, which the peer owns.
type Loop interface {
	// attach gives the loop its peer, before anything else is called, and returns the loop to use.
	attach(p *Peer) Loop

	// begin starts the loop's timers at the first tick, and announces the peer.
	begin()
	// next returns when the loop wants a tick.
	next() time.Duration
	// tick does what is due, the choker's rounds included.
	tick()
	// end ends a step that handled an event of a kind, on a connection if it concerns one.
	end(k EventKind, id ConnID)

	// request has requests sent to a neighbour, at once or later, because of a trigger.
	request(id ConnID, why backlog.Trigger)
	// requestReopened has requests sent to a neighbour because blocks are open again.
	requestReopened(id ConnID)
	// onBlockHandled handles that a block from a neighbour has been handled. awaited says that it
	// answered a request.
	onBlockHandled(id ConnID, awaited bool)
	// onRejectHandled handles that a reject has been handled. opened says that there are open
	// blocks because of it.
	onRejectHandled(id ConnID, opened bool)

	// send has a message sent, at once or later, and returns it: the caller fills it in before
	// anything else is sent.
	send(id ConnID, k Kind) *Message

	// mayUpload reports whether blocks may be handed to the network now.
	mayUpload(c *conn) bool
	// uploadSoon has blocks handed to the network because there are new requests or a new slot.
	uploadSoon(id ConnID)
	// onBlockTaken handles that the network has taken a block and has room for the next one.
	onBlockTaken(id ConnID)

	// onEstablished handles that a connection has been established, before anything is sent.
	onEstablished(c *conn)
	// defers reports whether decisions about a neighbour, and news for it, wait for its turn.
	defers() bool
	// onPieceVerified handles that a piece has been verified, before neighbours are told.
	onPieceVerified(piece int)
	// onCompleted handles that all pieces have been verified.
	onCompleted()
	// onRechoked handles that the choker has decided.
	onRechoked()
	// onAddresses handles that the tracker has sent addresses.
	onAddresses()
}

// LoopEntry is an event loop with its name, description and settings.
type LoopEntry = registry.Entry[Loop]

// Loops lists the event loops that a scenario can name.
func Loops() registry.List[Loop] {
	return []LoopEntry{immediateEntry, pulseEntry, runQueueEntry, writerEntry}
}
