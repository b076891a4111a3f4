package wire

import (
	"bytes"
	"errors"

	"swarmsim/client"
)

// A handshake is the protocol's name with its length, eight reserved bytes, the info hash and the
// peer ID (BEP 3).
const (
	Protocol        = "\x13BitTorrent protocol"
	HandshakeLength = len(Protocol) + 8 + 20 + 20

	reservedAt = len(Protocol)
	infoHashAt = reservedAt + 8
)

// reservedBits are the bits of the reserved bytes that announce an extension.
var reservedBits = [...]struct {
	speaks uint32
	at     int
	bit    byte
}{
	{client.SpeaksFast, 7, 0x04},       // BEP 6
	{client.SpeaksExtensions, 5, 0x10}, // BEP 10
	{client.SpeaksDHT, 7, 0x01},        // BEP 5
	{client.SpeaksV2, 7, 0x10},         // BEP 52

	// It answers a CANCEL with a block or a REJECT REQUEST. No BEP defines this bit: real clients
	// recognize each other by their names.
	{client.AnswersCancels, 3, 0x01},
}

func appendHandshake(dst []byte, m *client.Message) []byte {
	var reserved [8]byte
	for _, r := range reservedBits {
		if m.Index&r.speaks != 0 {
			reserved[r.at] |= r.bit
		}
	}
	dst = append(dst, Protocol...)
	dst = append(dst, reserved[:]...)
	return append(dst, m.Data...)
}

// DecodeHandshake decodes a handshake, which has HandshakeLength bytes.
func DecodeHandshake(b []byte) (client.Message, error) {
	if len(b) != HandshakeLength || string(b[:reservedAt]) != Protocol {
		return client.Message{}, errors.New("wire: not a BitTorrent handshake")
	}
	m := client.Message{Kind: client.Handshake, Data: bytes.Clone(b[infoHashAt:])}
	for _, r := range reservedBits {
		if b[reservedAt+r.at]&r.bit != 0 {
			m.Index |= r.speaks
		}
	}
	return m, nil
}
