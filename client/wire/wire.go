package wire

import (
	"bufio"
	"bytes"
	"fmt"

	pp "github.com/anacrolix/torrent/peer_protocol"

	"swarmsim/client"
)

// maxMessage is the longest message that Decode accepts, in bytes. It is enough for a block of
// 128 KiB and for a bitfield of eight million pieces.
const maxMessage = 1 << 20

// Encode returns the bytes of a message. A PIECE message without data, which stands for virtual
// content, gets zeros.
func Encode(m *client.Message) ([]byte, error) {
	if m.Kind == client.Handshake {
		return encodeHandshake(m)
	}
	p := pp.Message{
		Type:   pp.MessageType(m.Kind),
		Index:  pp.Integer(m.Index),
		Begin:  pp.Integer(m.Begin),
		Length: pp.Integer(m.Length),
	}
	switch m.Kind {
	case client.KeepAlive:
		p = pp.Message{Keepalive: true}
	case client.AllowedFast:
		p.Type = pp.AllowedFast
	case client.Reject:
		p.Type = pp.Reject
	case client.Suggest:
		p.Type = pp.Suggest
	case client.HaveAll:
		p.Type = pp.HaveAll
	case client.HaveNone:
		p.Type = pp.HaveNone
	case client.Piece:
		p.Piece = m.Data
		if m.Data == nil {
			p.Piece = make([]byte, m.Length)
		}
	case client.Bitfield:
		p.Bitfield = unpackBits(m.Data)
	}
	return p.MarshalBinary()
}

// Decode reads one message. The first message of a connection is a handshake, which has another
// format: first is true for it. A PIECE message always has data.
func Decode(r *bufio.Reader, first bool) (client.Message, error) {
	if first {
		return decodeHandshake(r)
	}
	d := pp.Decoder{R: r, MaxLength: maxMessage}
	var p pp.Message
	if err := d.Decode(&p); err != nil {
		return client.Message{}, err
	}
	if p.Keepalive {
		return client.Message{Kind: client.KeepAlive}, nil
	}
	m := client.Message{
		Kind:   client.Kind(p.Type),
		Index:  uint32(p.Index),
		Begin:  uint32(p.Begin),
		Length: uint32(p.Length),
	}
	switch p.Type {
	case pp.Choke, pp.Unchoke, pp.Interested, pp.NotInterested, pp.Have, pp.Request, pp.Cancel:
	case pp.AllowedFast:
		m.Kind = client.AllowedFast
	case pp.Reject:
		m.Kind = client.Reject
	case pp.Suggest:
		m.Kind = client.Suggest
	case pp.HaveAll:
		m.Kind = client.HaveAll
	case pp.HaveNone:
		m.Kind = client.HaveNone
	case pp.Piece:
		m.Data, m.Length = p.Piece, uint32(len(p.Piece))
	case pp.Bitfield:
		m.Data = packBits(p.Bitfield)
	default:
		return client.Message{}, fmt.Errorf("wire: unknown message type %d", p.Type)
	}
	return m, nil
}

// RoundTrip encodes a message and decodes the bytes again. It returns an error if their number is
// not m.Size. Virtual content stays virtual.
func RoundTrip(m client.Message) (client.Message, error) {
	b, err := Encode(&m)
	if err != nil {
		return m, err
	}
	if len(b) != int(m.Size()) {
		return m, fmt.Errorf("wire: %v has %d bytes, its size is %d", m.Kind, len(b), m.Size())
	}
	r := bufio.NewReader(bytes.NewReader(b))
	out, err := Decode(r, m.Kind == client.Handshake)
	if err == nil && r.Buffered() > 0 {
		err = fmt.Errorf("wire: %d bytes follow %v", r.Buffered(), m.Kind)
	}
	if m.Kind == client.Piece && m.Data == nil && err == nil {
		out.Data = nil
	}
	return out, err
}

// unpackBits returns the bits of a bitfield: piece 0 is the highest bit of the first byte (BEP 3).
func unpackBits(data []byte) []bool {
	bits := make([]bool, 8*len(data))
	for i := range bits {
		bits[i] = data[i/8]>>(7-i%8)&1 != 0
	}
	return bits
}

// packBits is the inverse of unpackBits.
func packBits(bits []bool) []byte {
	data := make([]byte, (len(bits)+7)/8)
	for i, set := range bits {
		if set {
			data[i/8] |= 1 << (7 - i%8)
		}
	}
	return data
}
