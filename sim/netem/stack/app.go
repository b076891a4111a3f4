package stack

import (
	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
)

// ConnID is a host's own number for one of its connections, its slot. It is free for
// another connection after Closed, DialFailed or Close.
type ConnID uint32

// App is an application that runs on a host. The host calls its methods at Host.Now, and
// they may call the host back. A *Message is only valid during the call.
type App interface {
	// Opened is called when a connection to or from remote is established.
	Opened(c ConnID, remote engine.HostID, dialed bool)
	// DialFailed is called when a dial is refused or times out.
	DialFailed(c ConnID, remote engine.HostID)
	// Received is called when a message has arrived.
	Received(c ConnID, m *packet.Message, blob []byte)
	// Sent is called when a message with NotifySent has been sent; with TCP, when it has been
	// copied to the connection's send buffer.
	Sent(c ConnID, m *packet.Message)
	// Closed is called when the other end has closed the connection.
	Closed(c ConnID)
	// Tick is called at the time that TickAt has asked for.
	Tick()
}
