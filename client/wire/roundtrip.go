package wire

import (
	"bytes"
	"fmt"

	"swarmsim/client"
)

// RoundTrip encodes a message and decodes the bytes again. It returns an error if their number is
// not m.Size. Virtual content stays virtual.
func RoundTrip(m client.Message) (client.Message, error) {
	b := Append(nil, &m)
	if len(b) != int(m.Size()) {
		return m, fmt.Errorf("wire: %v has %d bytes, its size is %d", m.Kind, len(b), m.Size())
	}
	r := Reader{source: bytes.NewReader(nil), limits: Limits{Bitfield: len(b), Block: len(b), Payload: len(b)}, buffer: b, to: len(b)}
	decode := r.Next
	if m.Kind == client.Handshake {
		decode = r.Handshake
	}
	out, err := decode()
	if err == nil && r.from != r.to {
		err = fmt.Errorf("wire: %d bytes follow %v", r.to-r.from, m.Kind)
	}
	if m.Kind == client.Piece && m.Data == nil && err == nil {
		out.Data = nil
	}
	return out, err
}
