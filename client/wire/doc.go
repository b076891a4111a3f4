// Package wire turns client messages into their bytes and back, with
// anacrolix/torrent's peer_protocol.
//
// The core moves messages as values; their bytes exist only at the live edge
// and where a scenario asks for wire: real. Whatever comes in is hostile until
// Decode has passed it.
package wire
