// Package ideal is the transport of a network that loses nothing: a connection has a
// window of fixed size, and queues have no limit.
//
// sim/netem calls a host's Layer when a message is to be sent, a packet has arrived, or
// the uplink is free. A message takes these steps:
//
//  1. Compose queues it: in TxSchedule itself if it is small and its connection has nothing
//     else to send, else at its connection, which joins TxSchedule (compose.go).
//  2. When the uplink is free, serve takes connections from TxSchedule, a segment each, until
//     a segment's worth is sent, and puts packets on their path (uplink.go).
//  3. App.Sent is called for the messages with NotifySent in a segment, after the segment.
//  4. Receive counts a packet that has arrived for the acknowledgement and hands its
//     message to App.Received (receive.go). Acknowledgements travel with data, or alone
//     for every second full packet (ack.go).
//
// A connection across a split of the network stalls until the split ends.
package ideal
