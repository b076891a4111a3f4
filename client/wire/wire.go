package wire

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	pp "github.com/anacrolix/torrent/peer_protocol"

	"swarmsim/client"
)

// MaxMessage bounds what Decode accepts: a block of 128 KiB or a bitfield of
// four million pieces, and its header.
const MaxMessage = 1 << 20

const handshakeLength = 68

// fastBit, in the last reserved byte of a handshake, stands for the fast
// extension (BEP 6).
const fastBit = 0x04

// answersBit, in the fourth, is of this client alone: it answers cancels with
// rejects. Real clients go by each other's names.
const answersBit = 0x01

// Encode returns a message's bytes (BEP 3). A piece message of virtual content
// gets zeros for content, the first of them 1 where it is tainted.
func Encode(m *client.Message) ([]byte, error) {
	if m.Kind == client.Handshake {
		if len(m.Data) != 40 {
			return nil, errors.New("wire: a handshake has an info hash and a peer ID")
		}
		out := make([]byte, 0, handshakeLength)
		out = append(out, pp.Protocol...)
		reserved := [8]byte{}
		if m.Index&client.SpeaksFast != 0 {
			reserved[7] = fastBit
		}
		if m.Index&client.AnswersCancels != 0 {
			reserved[3] = answersBit
		}
		out = append(out, reserved[:]...)
		return append(out, m.Data...), nil
	}
	p := pp.Message{Type: pp.MessageType(m.Kind), Index: pp.Integer(m.Index), Begin: pp.Integer(m.Begin), Length: pp.Integer(m.Length)}
	switch m.Kind {
	case client.KeepAlive:
		p = pp.Message{Keepalive: true}
	case client.AllowedFast:
		p.Type = pp.AllowedFast
	case client.Reject:
		p.Type = pp.Reject
	case client.Suggest:
		p.Type = pp.Suggest
	case client.Piece:
		p.Piece = m.Data
		if m.Data == nil {
			p.Piece = make([]byte, m.Length)
			if m.Tainted && m.Length > 0 {
				p.Piece[0] = 1
			}
		}
	case client.Bitfield:
		p.Bitfield = make([]bool, 8*len(m.Data))
		for i := range p.Bitfield {
			p.Bitfield[i] = m.Data[i/8]>>(7-i%8)&1 != 0
		}
	}
	return p.MarshalBinary()
}

// Decode reads one message, a handshake where first is set. A piece message
// comes back with its bytes, virtual or not.
func Decode(r *bufio.Reader, first bool) (client.Message, error) {
	if first {
		return decodeHandshake(r)
	}
	d := pp.Decoder{R: r, MaxLength: MaxMessage}
	var p pp.Message
	if err := d.Decode(&p); err != nil {
		return client.Message{}, err
	}
	if p.Keepalive {
		return client.Message{Kind: client.KeepAlive}, nil
	}
	m := client.Message{Kind: client.Kind(p.Type), Index: uint32(p.Index), Begin: uint32(p.Begin), Length: uint32(p.Length)}
	switch p.Type {
	case pp.Choke, pp.Unchoke, pp.Interested, pp.NotInterested, pp.Have, pp.Request, pp.Cancel:
	case pp.AllowedFast:
		m.Kind = client.AllowedFast
	case pp.Reject:
		m.Kind = client.Reject
	case pp.Suggest:
		m.Kind = client.Suggest
	case pp.Piece:
		m.Data, m.Length = p.Piece, uint32(len(p.Piece))
	case pp.Bitfield:
		m.Data = make([]byte, (len(p.Bitfield)+7)/8)
		for i, has := range p.Bitfield {
			if has {
				m.Data[i/8] |= 1 << (7 - i%8)
			}
		}
	default:
		return client.Message{}, fmt.Errorf("wire: message type %d is neither of BEP 3 nor allowed fast, reject or suggest", p.Type)
	}
	return m, nil
}

func decodeHandshake(r io.Reader) (client.Message, error) {
	var b [handshakeLength]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return client.Message{}, err
	}
	if string(b[:len(pp.Protocol)]) != pp.Protocol {
		return client.Message{}, errors.New("wire: not a BitTorrent handshake")
	}
	m := client.Message{Kind: client.Handshake, Data: bytes.Clone(b[28:])}
	if b[len(pp.Protocol)+7]&fastBit != 0 {
		m.Index |= client.SpeaksFast
	}
	if b[len(pp.Protocol)+3]&answersBit != 0 {
		m.Index |= client.AnswersCancels
	}
	return m, nil
}

// RoundTrip encodes a message and decodes it again: what arrives is what the
// bytes say. Virtual content stays virtual.
func RoundTrip(m client.Message) (client.Message, error) {
	b, err := Encode(&m)
	if err != nil {
		return m, err
	}
	if len(b) != int(m.Size()) {
		return m, fmt.Errorf("wire: %v takes %d bytes, not %d", m.Kind, len(b), m.Size())
	}
	r := bufio.NewReader(bytes.NewReader(b))
	out, err := Decode(r, m.Kind == client.Handshake)
	if err == nil && r.Buffered() > 0 {
		err = fmt.Errorf("wire: %v leaves %d bytes", m.Kind, r.Buffered())
	}
	if m.Kind == client.Piece && m.Data == nil && err == nil {
		out.Tainted, out.Data = out.Data[0] == 1, nil
	}
	return out, err
}
