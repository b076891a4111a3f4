// Package gonet lets programs that know only sockets use the network of sim/netem: its hosts
// listen and dial, and its connections are net.Conns, whose bytes cross the emulated links with
// any transport. It is for clients of others, unmodified, in virtual time; the module
// bench/subjects/anacrolix plays swarms with it. gVisor's package gonet does the same for its
// network stack.
//
//	synctest.Test(t, func(t *testing.T) {
//		n := gonet.New(gonet.Config{Net: net, Shortest: latency, Longest: latency})
//		defer n.Close()
//		h := n.Host(netip.MustParseAddr("10.0.0.1"), netem.Link{UpBytesPerSec: 1e6, DownBytesPerSec: 4e6})
//		l, err := h.Listen(6881)
//		c, err := h.Dial(ctx, "tcp", "10.0.0.2:6881")
//		...
//	})
//
// # Time
//
// The network's clock is that of package time. In a bubble of testing/synctest that is a virtual
// clock, which advances when all goroutines of the bubble are blocked. A goroutine of the Network
// steps the engine (driver.go): it sleeps until the end of the next window in which something
// happens, then plays that window. What arrives in a window is seen by the program at the window's
// end, up to Resolution late, and what the program sends leaves at once. No event is early.
//
// # Streams
//
// What is written is cut into messages of a segment, which netem carries. A connection has a send
// buffer of sendBuffer bytes beside the transport's own; Write blocks while it is full. A sender
// stops when Net.Window bytes are sent and not read; it learns at once what is read, and window
// updates take no bytes. A FIN takes one byte of the stream, and each direction closes by itself.
//
// # Limits
//
// IPv4 and stream sockets only. A dial to a port without a listener is refused after a round
// trip, and its packets take no bytes. A reset is a connection closed by netem: what is under way
// is lost.
package gonet
