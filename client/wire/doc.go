// Package wire encodes the client's messages as the bytes of the peer wire protocol (BEP 3, BEP 5,
// BEP 6, BEP 10, BEP 52) and decodes them again.
//
// # Usage
//
// Package client exchanges messages as values. Their bytes exist where a client talks over
// sockets, and in simulations of scenarios that say wire: real. Those send every message through
// RoundTrip, which must change nothing in the record.
//
//	bytes = wire.Append(bytes, &message)    // also AppendHeader, without the block of a PIECE
//	reader := wire.NewReader(conn, wire.Limits{Pieces: n})
//	message, err := reader.Handshake()      // the first message
//	message, err := reader.Next()           // the others
//
// A socket's reader allocates nothing for the messages of a download if it is given buffers for
// the blocks. The codec of anacrolix/torrent, which the tests compare the bytes with, allocates
// several times a message.
//
// Input is not trusted: a Reader limits the length of each message by its kind before it makes room
// for it, and returns an error for anything it does not understand.
package wire
