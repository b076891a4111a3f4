package extension

import "swarmsim/torrent/bencode"

// MetadataType is the type of a metadata message (BEP 9).
type MetadataType uint8

// The types of BEP 9.
const (
	MetadataRequest MetadataType = iota
	MetadataData
	MetadataReject
)

// MetadataPiece is the length of a piece of the info dictionary: 16 KiB, except the last one's
// (BEP 9).
const MetadataPiece = 16 << 10

// MaxMetadataMessage is the number of bytes of a metadata message that is decoded: a piece, and its
// dictionary.
const MaxMetadataMessage = MetadataPiece + 1<<10

// MetadataMessage is a message of ut_metadata (BEP 9).
type MetadataMessage struct {
	Type      MetadataType
	Piece     uint32
	TotalSize int64  // bytes of the info dictionary; only of data
	Data      []byte // the piece; only of data
}

// Append appends the message: a bencoded dictionary, and behind it the data.
func (m *MetadataMessage) Append(b []byte) []byte {
	b = append(b, 'd')
	b = appendEntry(b, "msg_type", int64(m.Type))
	b = appendEntry(b, "piece", int64(m.Piece))
	if m.Type == MetadataData {
		b = appendEntry(b, "total_size", m.TotalSize)
	}
	return append(append(b, 'e'), m.Data...)
}

// Decode reads a message into m. Data is part of the given bytes. A message of another type, which
// BEP 9 says to ignore, has Type 3 or more.
func (m *MetadataMessage) Decode(data []byte) error {
	*m = MetadataMessage{}
	if len(data) > MaxMetadataMessage {
		return errTooLong
	}
	r := bencode.NewReader(data)
	hasType, hasPiece := false, false
	err := readDict(r, func(key string) error {
		n, found := integer(r)
		if !found || n < 0 || n > 1<<31-1 {
			return nil
		}
		switch key {
		case "msg_type":
			m.Type, hasType = MetadataType(min(n, 255)), true
		case "piece":
			m.Piece, hasPiece = uint32(n), true
		case "total_size":
			m.TotalSize = n
		}
		return nil
	})
	if err != nil {
		return err
	}
	rest := data[r.Offset():]
	if !hasType || !hasPiece || len(rest) > MetadataPiece {
		return errSyntax
	}
	if m.Type == MetadataData {
		m.Data = rest
	}
	return nil
}
