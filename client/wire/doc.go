// Package wire encodes the client's messages as the bytes of the peer wire protocol (BEP 3, BEP 6)
// and decodes them again. It uses the peer_protocol package of anacrolix/torrent.
//
// # Usage
//
// Package client exchanges messages as values. Their bytes exist only where a client talks over
// sockets, and in simulations of scenarios that say wire: real. Those send every message through
// RoundTrip, which must change nothing in the record.
//
// Input is not trusted: Decode limits the length of a message and returns an error for anything it
// does not understand.
package wire
