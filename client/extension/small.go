package extension

import "encoding/binary"

// AppendDontHave appends a message of lt_donthave (BEP 54): the piece's index, as in HAVE.
func AppendDontHave(b []byte, piece uint32) []byte { return binary.BigEndian.AppendUint32(b, piece) }

// DecodeDontHave returns the piece that a message of lt_donthave names.
func DecodeDontHave(data []byte) (piece uint32, err error) {
	if len(data) != 4 {
		return 0, errSyntax
	}
	return binary.BigEndian.Uint32(data), nil
}

// AppendUploadOnly appends a message of upload_only: one byte (libtorrent, bt_peer_connection.cpp:
// write_upload_only).
func AppendUploadOnly(b []byte, uploadOnly bool) []byte {
	if uploadOnly {
		return append(b, 1)
	}
	return append(b, 0)
}

// DecodeUploadOnly reports whether a message of upload_only says that its sender only uploads.
func DecodeUploadOnly(data []byte) (uploadOnly bool, err error) {
	if len(data) != 1 {
		return false, errSyntax
	}
	return data[0] != 0, nil
}
