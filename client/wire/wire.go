package wire

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

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
	case client.Extended:
		if len(m.Data) == 0 {
			return nil, errors.New("wire: an extended message has an id")
		}
		p.Type, p.ExtendedID, p.ExtendedPayload = pp.Extended, pp.ExtensionNumber(m.Data[0]), m.Data[1:]
	case client.Unknown:
		return nil, fmt.Errorf("wire: a message of unknown id %d is not sent", m.Index)
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
// format: first is true for it. A PIECE message always has data. A message with an id that is not
// known is skipped and has the kind Unknown.
func Decode(r *bufio.Reader, first bool) (client.Message, error) {
	if first {
		return decodeHandshake(r)
	}
	if m, unknown, err := skipUnknown(r); unknown || err != nil {
		return m, err
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
	case pp.Extended:
		m.Kind, m.Data = client.Extended, append([]byte{byte(p.ExtendedID)}, p.ExtendedPayload...)
	case pp.Piece:
		m.Data, m.Length = p.Piece, uint32(len(p.Piece))
	case pp.Bitfield:
		m.Data = packBits(p.Bitfield)
	default:
		return client.Message{}, fmt.Errorf("wire: message type %d is not handled", p.Type)
	}
	return m, nil
}

// known reports whether Decode has a kind for a message id.
func known(t pp.MessageType) bool {
	switch t {
	case pp.Suggest, pp.HaveAll, pp.HaveNone, pp.Reject, pp.AllowedFast, pp.Extended:
		return true
	}
	return t <= pp.Cancel
}

// skipUnknown skips the next message if its id is not known, and reports whether it is not.
func skipUnknown(r *bufio.Reader) (m client.Message, unknown bool, err error) {
	head, err := r.Peek(5)
	if len(head) >= 4 && binary.BigEndian.Uint32(head) == 0 {
		return m, false, nil // a keep-alive, which has no id
	}
	if err == io.EOF && len(head) > 0 {
		err = io.ErrUnexpectedEOF
	}
	if err != nil || known(pp.MessageType(head[4])) {
		return m, false, err
	}
	length := binary.BigEndian.Uint32(head)
	if length > maxMessage {
		return m, false, fmt.Errorf("wire: a message of %d bytes is too long", length)
	}
	m = client.Message{Kind: client.Unknown, Index: uint32(head[4]), Length: length - 1}
	if _, err = r.Discard(4 + int(length)); err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return m, err == nil, err
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
