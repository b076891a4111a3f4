package wire

import (
	"encoding/binary"
	"fmt"

	"swarmsim/client"
)

// ids are the message ids of the kinds from AllowedFast on; those before have the ids of BEP 3.
var ids = map[client.Kind]byte{
	client.Port:        9, // BEP 5
	client.Suggest:     13,
	client.HaveAll:     14,
	client.HaveNone:    15,
	client.Reject:      16,
	client.AllowedFast: 17,
	client.Extended:    20, // BEP 10
	client.HashRequest: 21, // BEP 52
	client.Hashes:      22,
	client.HashReject:  23,
}

// kindOf and idOf translate between ids and kinds.
var (
	kindOf [256]client.Kind
	idOf   [client.Unknown]byte
)

func init() {
	for i := range kindOf {
		kindOf[i] = client.Unknown
	}
	for k := client.Choke; k <= client.Cancel; k++ {
		kindOf[k], idOf[k] = k, byte(k)
	}
	for k, id := range ids {
		kindOf[id], idOf[k] = k, id
	}
}

// Append appends the bytes of a message to dst. A PIECE message without data, which stands for
// virtual content, gets zeros. A message of kind Unknown cannot be sent, and panics.
func Append(dst []byte, m *client.Message) []byte {
	dst = AppendHeader(dst, m)
	if m.Kind == client.Piece {
		if m.Data == nil {
			return append(dst, make([]byte, m.Length)...)
		}
		dst = append(dst, m.Data...)
	}
	return dst
}

// AppendHeader is Append without the block of a PIECE, which the caller sends after it: m.Length
// bytes.
func AppendHeader(dst []byte, m *client.Message) []byte {
	switch m.Kind {
	case client.Handshake:
		return appendHandshake(dst, m)
	case client.KeepAlive:
		return append(dst, 0, 0, 0, 0)
	case client.Unknown:
		panic(fmt.Sprintf("wire: a message of unknown id %d is not sent", m.Index))
	}
	dst = binary.BigEndian.AppendUint32(dst, m.Size()-4)
	dst = append(dst, idOf[m.Kind])
	switch m.Kind {
	case client.Have, client.AllowedFast, client.Suggest:
		dst = binary.BigEndian.AppendUint32(dst, m.Index)
	case client.Request, client.Cancel, client.Reject:
		dst = binary.BigEndian.AppendUint32(dst, m.Index)
		dst = binary.BigEndian.AppendUint32(dst, m.Begin)
		dst = binary.BigEndian.AppendUint32(dst, m.Length)
	case client.Piece:
		dst = binary.BigEndian.AppendUint32(dst, m.Index)
		dst = binary.BigEndian.AppendUint32(dst, m.Begin)
	case client.Port:
		dst = binary.BigEndian.AppendUint16(dst, uint16(m.Index))
	case client.Bitfield, client.Extended, client.HashRequest, client.Hashes, client.HashReject:
		dst = append(dst, m.Data...)
	}
	return dst
}
