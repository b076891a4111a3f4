package wire

import (
	"bytes"
	"errors"
	"io"

	pp "github.com/anacrolix/torrent/peer_protocol"

	"swarmsim/client"
)

// A handshake is the protocol's name, eight reserved bytes, the info hash and the peer ID (BEP 3).
const (
	handshakeLength = 68
	reservedAt      = len(pp.Protocol)
	infoHashAt      = reservedAt + 8
)

// The bits of the reserved bytes.
const (
	// fastBit announces the fast extension (BEP 6).
	fastByte, fastBit = 7, 0x04

	// answersBit says that the sender answers a CANCEL with a block or a REJECT REQUEST. No BEP
	// defines it: real clients recognize each other by their names.
	answersByte, answersBit = 3, 0x01

	// extensionBit announces the extension protocol (BEP 10).
	extensionByte, extensionBit = 5, 0x10
)

func encodeHandshake(m *client.Message) ([]byte, error) {
	if len(m.Data) != handshakeLength-infoHashAt {
		return nil, errors.New("wire: a handshake has an info hash and a peer ID")
	}
	reserved := [8]byte{}
	if m.Index&client.SpeaksFast != 0 {
		reserved[fastByte] = fastBit
	}
	if m.Index&client.AnswersCancels != 0 {
		reserved[answersByte] = answersBit
	}
	if m.Index&client.SpeaksExtensions != 0 {
		reserved[extensionByte] = extensionBit
	}
	out := make([]byte, 0, handshakeLength)
	out = append(out, pp.Protocol...)
	out = append(out, reserved[:]...)
	return append(out, m.Data...), nil
}

func decodeHandshake(r io.Reader) (client.Message, error) {
	var b [handshakeLength]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return client.Message{}, err
	}
	if string(b[:reservedAt]) != pp.Protocol {
		return client.Message{}, errors.New("wire: not a BitTorrent handshake")
	}
	m := client.Message{Kind: client.Handshake, Data: bytes.Clone(b[infoHashAt:])}
	if b[reservedAt+fastByte]&fastBit != 0 {
		m.Index |= client.SpeaksFast
	}
	if b[reservedAt+answersByte]&answersBit != 0 {
		m.Index |= client.AnswersCancels
	}
	if b[reservedAt+extensionByte]&extensionBit != 0 {
		m.Index |= client.SpeaksExtensions
	}
	return m, nil
}
