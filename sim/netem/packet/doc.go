// Package packet defines what crosses a link: messages, the packets that carry them, and
// their sizes on the wire.
//
// Every package below sim/netem counts in its units. Stream bytes are what a connection
// carries; wire bytes are what a link carries, headers included. A Packet is the body of
// an engine event: a small value without pointers. The sizes are those of IPv4 on
// Ethernet with TCP's timestamp option (RFC 9293, RFC 7323). The package imports nothing.
package packet
