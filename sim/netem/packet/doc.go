// Package packet is what crosses a link, in sizes: TCP's segments and headers, and how
// long a link takes to send them.
//
// Every package below sim/netem counts in its units: stream bytes are what a connection
// carries, wire bytes are what a link carries, headers included. It imports nothing.
// The numbers are those of IPv4 on Ethernet with TCP's timestamps (RFC 9293, RFC 7323).
package packet
