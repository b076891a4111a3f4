// Package stack is the part of a host's network stack that its transports share: the
// table of connections, the queues of messages that wait to be sent, the order in which
// connections use the uplink, and the clock of that uplink.
//
// sim/netem owns a Stack for each host, opens and closes its connections, and hands
// packets that have arrived to a transport layer, sim/netem/ideal or sim/netem/tcp. A
// layer sends: it takes connections from TxSchedule, messages from Conn.Head, and puts
// packets into Events. It calls App when a message has been received or sent.
//
// A connection is known by its slot in Conns. Slots are reused; Conn.Key tells one use
// from the next. An App may close connections and dial others during a call, so a layer
// must not use a *Conn or a *Node from before a call to App after it. It need not look
// whether the connection still exists: Close empties what the layer would go on with, and
// to queue a free slot for the uplink does no harm.
//
// The names are those of a kernel's network stack; gVisor's tcpip/stack divides the work
// in the same way.
package stack
