package extension

import (
	"errors"
	"fmt"

	"swarmsim/torrent/bencode"
)

var (
	errSyntax  = errors.New("extension: the message is malformed")
	errTooLong = errors.New("extension: the message is too long")
)

// readDict reads a dictionary. It calls value for each key; a value that is not read is skipped.
func readDict(r *bencode.Reader, value func(key string) error) error {
	if err := r.Dict(func(key []byte) error { return value(string(key)) }); err != nil {
		return fmt.Errorf("extension: the message %w", err)
	}
	return nil
}

// integer reads an integer. A value of another kind is left to be skipped, and so is a number of
// more than 64 bits, which none of the messages could mean.
func integer(r *bencode.Reader) (n int64, found bool) {
	n, err := r.Int()
	return n, err == nil
}

// text reads a string. A value of another kind is left to be skipped and counts as an empty string.
func text(r *bencode.Reader) []byte {
	b, err := r.Bytes()
	if err != nil {
		return nil
	}
	return b
}

// appendEntry appends a key and an integer.
func appendEntry(b []byte, key string, n int64) []byte {
	return bencode.AppendInt(bencode.AppendString(b, key), n)
}

// appendText appends a key and a string.
func appendText[T ~string | ~[]byte](b []byte, key string, value T) []byte {
	return bencode.AppendString(bencode.AppendString(b, key), value)
}
