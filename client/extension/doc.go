// Package extension encodes and decodes the payloads of the extension protocol (BEP 10): its
// handshake, and the messages ut_metadata (BEP 9), ut_pex (BEP 11), upload_only (BEP 21), lt_donthave
// (BEP 54) and ut_holepunch (BEP 55).
//
// # Usage
//
// Package client and package client/metadata exchange these payloads as the Data of messages of kind
// client.Extended: one byte of id, then what this package writes and reads.
//
//	h := extension.Handshake{Client: "swarmsim", Requests: 500}
//	h.IDs[extension.PEX] = extension.PEX.LocalID()
//	data := h.Append([]byte{extension.HandshakeID})
//
//	var theirs extension.Handshake
//	err := theirs.Decode(data[1:])
//	if id := theirs.IDs[extension.PEX]; id != 0 { // a message to it begins with this id
//		data = x.Append([]byte{id})
//	}
//
// # Contract
//
// All functions are pure functions of bytes. Input is not trusted: its length, its nesting and the
// number of its values are bounded, and what is decoded is never longer than the input. Unknown keys,
// and known keys with a value of another type, are ignored; keys may come in any order, because the
// dictionaries of real clients are not all sorted. A key that occurs twice is an error.
package extension
