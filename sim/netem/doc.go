// Package netem gets bytes across: access links, the paths between them, and
// connections that carry messages over both.
//
// A host has an uplink and a downlink, each with a rate. Its connections take
// turns on the uplink, a segment each; a segment is serialized, travels the
// path's latency, waits its turn at the receiver's downlink, is serialized
// again and acknowledged. A connection is a reliable, ordered, duplex stream of
// messages with a window on what may be in flight. Connection set-up, hanging
// up, acknowledgements and TCP/IP headers cost their bytes.
//
// It stands on sim/engine; sim puts clients and trackers (as an App) on its
// hosts. It knows nothing of BitTorrent: a Message is so many bytes and a few
// words that it hands over unread.
package netem
