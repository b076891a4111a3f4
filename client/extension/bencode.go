package extension

import (
	"errors"
	"strconv"
)

// maxDepth limits the nesting of values. The messages of this package have three levels.
const maxDepth = 16

var (
	errSyntax  = errors.New("extension: malformed bencoding")
	errDepth   = errors.New("extension: lists and dictionaries are nested too deeply")
	errTooLong = errors.New("extension: the message is too long")
)

// reader reads bencoded values (BEP 3) from the front of a text. It copies nothing. A decoder that
// builds values of any type is not needed for messages whose keys are known.
type reader struct{ rest []byte }

// next returns the first byte of the next value; 0 at the end of the text.
func (r *reader) next() byte {
	if len(r.rest) == 0 {
		return 0
	}
	return r.rest[0]
}

// integer reads an integer. A value of another type is skipped and counts as 0, not found.
func (r *reader) integer() (n int64, found bool, err error) {
	if r.next() != 'i' {
		return 0, false, r.skip()
	}
	digits, err := r.until('e', 1)
	if err != nil {
		return 0, false, err
	}
	n, err = strconv.ParseInt(string(digits), 10, 64)
	if err != nil { // no number that any of the messages could mean
		return 0, false, nil
	}
	return n, true, nil
}

// text reads a string. A value of another type is skipped and counts as an empty string.
func (r *reader) text() ([]byte, error) {
	if c := r.next(); c < '0' || c > '9' {
		return nil, r.skip()
	}
	return r.stringValue()
}

// stringValue reads a string, which the text begins with.
func (r *reader) stringValue() ([]byte, error) {
	digits, err := r.until(':', 0)
	if err != nil {
		return nil, err
	}
	n, err := strconv.ParseUint(string(digits), 10, 31)
	if err != nil || n > uint64(len(r.rest)) {
		return nil, errSyntax
	}
	s := r.rest[:n:n]
	r.rest = r.rest[n:]
	return s, nil
}

// maxDigits limits the digits of a number: those of a 64-bit one and a sign.
const maxDigits = 20

// until reads up to an end byte and returns what comes from byte begin on, without the end.
func (r *reader) until(end byte, begin int) ([]byte, error) {
	for i := begin; i < len(r.rest) && i <= begin+maxDigits; i++ {
		if r.rest[i] == end {
			out := r.rest[begin:i]
			r.rest = r.rest[i+1:]
			return out, nil
		}
	}
	return nil, errSyntax
}

// dict reads a dictionary. It calls value for each key, which reads the value. A value of another
// type is skipped.
func (r *reader) dict(value func(key string) error) error {
	if r.next() != 'd' {
		return r.skip()
	}
	r.rest = r.rest[1:]
	for r.next() != 'e' {
		if c := r.next(); c < '0' || c > '9' {
			return errSyntax
		}
		key, err := r.stringValue()
		if err != nil {
			return err
		}
		if err := value(string(key)); err != nil {
			return err
		}
	}
	r.rest = r.rest[1:]
	return nil
}

// skip reads a value of any type.
func (r *reader) skip() error {
	depth := 0
	for {
		switch c := r.next(); {
		case c == 'i':
			if _, err := r.until('e', 1); err != nil {
				return err
			}
		case '0' <= c && c <= '9':
			if _, err := r.stringValue(); err != nil {
				return err
			}
		case c == 'l' || c == 'd':
			if depth++; depth > maxDepth {
				return errDepth
			}
			r.rest = r.rest[1:]
			continue
		case c == 'e' && depth > 0:
			depth--
			r.rest = r.rest[1:]
		default:
			return errSyntax
		}
		if depth == 0 {
			return nil
		}
	}
}

// appendString appends a string.
func appendString[S string | []byte](b []byte, s S) []byte {
	b = strconv.AppendInt(b, int64(len(s)), 10)
	return append(append(b, ':'), s...)
}

// appendInteger appends an integer.
func appendInteger(b []byte, n int64) []byte {
	return append(strconv.AppendInt(append(b, 'i'), n, 10), 'e')
}

// appendEntry appends a key and an integer.
func appendEntry(b []byte, key string, n int64) []byte { return appendInteger(appendString(b, key), n) }
