// Package queue holds the queues before an uplink: drop-tail, which loses what finds it
// full, and FQ-CoDel (RFC 8290), which gives each connection a queue of its own.
//
// sim/netem/tcp asks a DropTail whether it has room for a packet and keeps the packets
// on their way itself, since their order does not change; it hands its packets to an
// FQCoDel and takes them out again in the order of service. Ideal connections have no
// such queues. A queue knows sizes and times and nothing of connections; time and the
// link's rate are arguments.
//
// The drop-tail queue of a segment of several packets is fitted to the one of its
// packets: see DropTail.
package queue
