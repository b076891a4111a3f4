// Package netem emulates a network: hosts with an uplink and a downlink each, the paths
// between them, and connections that carry messages over both.
//
// A host is an actor of sim/engine. sim puts a client or a tracker (an App) on each, which
// calls Dial, Send and Close and is called when something has happened. A connection is a
// reliable, ordered, duplex stream of messages with a limit on what may be in flight.
// Connection set-up and close, acknowledgements and TCP/IP headers take their bytes.
//
// A packet takes these steps:
//
//  1. The transport layer, sim/netem/ideal or sim/netem/tcp, takes a message from a
//     connection's queue (sim/netem/stack), serializes it on the uplink, a segment of up
//     to 16 KiB at a time, and sends it as an event that arrives after the path's latency.
//     With tcp it may be dropped by the uplink queue (sim/netem/queue) or on the path.
//  2. A router may forward it (router.go).
//  3. At the receiver it waits for the downlink and is serialized again (downlink.go).
//  4. The host opens and closes connections (receive.go) and hands data to the transport
//     layer, which acknowledges it and calls App.Received.
//
// To use it, make a Net, which all hosts share, and for each App a Host, which the engine
// plays:
//
//	n := &netem.Net{Transport: netem.TCPCubic, Delay: delay, Segment: 16 << 10, Window: 4 << 20}
//	h := netem.NewHost(n, netem.Link{UpBytesPerSec: 1e6, DownBytesPerSec: 4e6}, app)
//	h.Start(e.Add(h, 0))
//
// While the engine runs, only the host's App may call its methods, and only when it is
// called. No delay may be shorter than the engine's lookahead. What the model leaves out is
// listed in docs/simulation.md.
//
// The network knows nothing of BitTorrent: a Message is a number of bytes and a few words
// that it does not read. The packages below do not import this one; all of them count in
// the units of sim/netem/packet.
package netem
