package bencode

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// AppendInt appends an integer.
func AppendInt(b []byte, n int64) []byte {
	b = append(b, 'i')
	b = strconv.AppendInt(b, n, 10)
	return append(b, 'e')
}

// AppendString appends a string.
func AppendString[T ~string | ~[]byte](b []byte, s T) []byte {
	b = strconv.AppendInt(b, int64(len(s)), 10)
	b = append(b, ':')
	return append(b, s...)
}

// AppendStrings appends a list of strings.
func AppendStrings(b []byte, list []string) []byte {
	b = append(b, 'l')
	for _, s := range list {
		b = AppendString(b, s)
	}
	return append(b, 'e')
}

// Fields are the keys of a dictionary and its values, which are encoded already.
type Fields map[string][]byte

// Append appends the dictionary with its keys in order.
func (f Fields) Append(b []byte) []byte {
	b = append(b, 'd')
	for _, key := range slices.Sorted(maps.Keys(f)) {
		b = AppendString(b, key)
		b = append(b, f[key]...)
	}
	return append(b, 'e')
}

// ReadFields reads a dictionary. The values are parts of the reader's text.
func ReadFields(r *Reader) (Fields, error) {
	f := Fields{}
	err := r.Dict(func(key []byte) error {
		if len(f) == maxUnordered {
			return fmt.Errorf("has a dictionary of more than %d keys", maxUnordered)
		}
		value, err := r.Raw()
		f[string(key)] = value
		return err
	})
	return f, err
}
