package bencode

import (
	"bytes"
	"errors"
	"fmt"
)

// MaxDepth limits the nesting of lists and dictionaries. A torrent file has five levels, and one more
// for each folder of a version 2 file tree (BEP 52). libtorrent's limit is 100.
const MaxDepth = 256

// Kind is the kind of a value.
type Kind string

// The four kinds of values, and End where no value follows.
const (
	Integer Kind = "an integer"
	String  Kind = "a string"
	List    Kind = "a list"
	Dict    Kind = "a dictionary"
	End     Kind = "nothing"
)

// Reader reads values from a text. The slices that it returns are parts of the text.
//
// The text of an error completes the sentence "the file ...".
type Reader struct {
	Strict bool // an integer with leading zeros is an error, as BEP 3 wants it

	text  []byte
	at    int // index of the next byte
	depth int // lists and dictionaries that have begun and not ended
}

// NewReader returns a reader of text, which must not change while it is read.
func NewReader(text []byte) *Reader { return &Reader{text: text} }

// Offset returns the index of the next byte.
func (r *Reader) Offset() int { return r.at }

// Kind returns the kind of the next value.
func (r *Reader) Kind() Kind {
	if r.at >= len(r.text) {
		return End
	}
	switch c := r.text[r.at]; {
	case c == 'i':
		return Integer
	case c == 'l':
		return List
	case c == 'd':
		return Dict
	case isDigit(c):
		return String
	}
	return End
}

// Int reads an integer.
func (r *Reader) Int() (int64, error) {
	if err := r.expect(Integer); err != nil {
		return 0, err
	}
	end, err := r.intEnd()
	if err != nil {
		return 0, err
	}
	digits := r.text[r.at+1 : end-1]
	negative := digits[0] == '-'
	if negative {
		digits = digits[1:]
	}
	if r.Strict && digits[0] == '0' && (len(digits) > 1 || negative) {
		return 0, fmt.Errorf("has an integer with leading zeros, %.30s", r.text[r.at+1:end-1])
	}
	n := int64(0)
	for _, c := range digits {
		d := int64(c - '0')
		if n > (1<<63-1-d)/10 {
			return 0, fmt.Errorf("has an integer of more than 64 bits, %.30s", r.text[r.at+1:end-1])
		}
		n = 10*n + d
	}
	if negative {
		n = -n
	}
	r.at = end
	return n, nil
}

// Bytes reads a string.
func (r *Reader) Bytes() ([]byte, error) {
	if err := r.expect(String); err != nil {
		return nil, err
	}
	begin, end, err := r.stringAt()
	if err != nil {
		return nil, err
	}
	r.at = end
	return r.text[begin:end:end], nil
}

// List reads a list. It calls item, with the items' numbers from 0, before each item. An item that
// the function does not read is skipped.
func (r *Reader) List(item func(i int) error) error {
	if err := r.begin(List); err != nil {
		return err
	}
	for i := 0; !r.ended(); i++ {
		at := r.at
		if err := item(i); err != nil {
			return err
		}
		if r.at == at {
			if err := r.Skip(); err != nil {
				return err
			}
		}
	}
	return r.end()
}

// Dict reads a dictionary. It calls field before each value. A value that the function does not read
// is skipped.
func (r *Reader) Dict(field func(key []byte) error) error {
	if err := r.begin(Dict); err != nil {
		return err
	}
	seen := keys{first: *r}
	for !r.ended() {
		if r.Kind() != String {
			return fmt.Errorf("has %q at byte %d, where the key of a dictionary should begin", r.text[r.at], r.at)
		}
		key, err := r.Bytes()
		if err != nil {
			return err
		}
		isNew, err := seen.add(key)
		if err != nil {
			return err
		}
		if !isNew {
			return fmt.Errorf("has the key %.60q twice in one dictionary", key)
		}
		at := r.at
		if err := field(key); err != nil {
			return err
		}
		if r.at == at {
			if err := r.Skip(); err != nil {
				return err
			}
		}
	}
	return r.end()
}

// maxUnordered limits the keys of a dictionary that are not in the order that BEP 3 wants, because
// finding those that occur twice takes memory.
const maxUnordered = 1 << 16

// keys finds keys that occur twice. Keys in order take no memory.
type keys struct {
	first Reader // before the first key
	last  []byte
	n     int
	set   map[string]bool // all keys, once one was out of order
}

// add adds a key, and reports whether it is new.
func (k *keys) add(key []byte) (bool, error) {
	order := 1
	if k.n > 0 {
		order = bytes.Compare(key, k.last)
	}
	k.last = key
	k.n++
	if order == 0 {
		return false, nil
	}
	if order > 0 && k.set == nil {
		return true, nil
	}
	if k.n > maxUnordered {
		return false, fmt.Errorf("has a dictionary of more than %d keys that are not in order", maxUnordered)
	}
	if k.set == nil {
		k.collect()
	}
	if k.set[string(key)] {
		return false, nil
	}
	k.set[string(key)] = true
	return true, nil
}

// collect reads the keys before the one that is out of order again. All of them are valid.
func (k *keys) collect() {
	k.set = map[string]bool{}
	r := k.first
	for range k.n - 1 {
		key, err := r.Bytes()
		if err != nil {
			return
		}
		k.set[string(key)] = true
		if err := r.Skip(); err != nil {
			return
		}
	}
}

// Raw skips a value and returns its bytes.
func (r *Reader) Raw() ([]byte, error) {
	begin := r.at
	if err := r.Skip(); err != nil {
		return nil, err
	}
	return r.text[begin:r.at:r.at], nil
}

// Skip skips a value. It checks the value's syntax.
func (r *Reader) Skip() error {
	depth := 0
	for {
		if r.at >= len(r.text) {
			return r.cut()
		}
		switch c := r.text[r.at]; {
		case c == 'l' || c == 'd':
			if depth++; r.depth+depth > MaxDepth {
				return r.tooDeep()
			}
			r.at++
		case c == 'e':
			if depth == 0 {
				return fmt.Errorf("has an end without a beginning at byte %d", r.at)
			}
			depth--
			r.at++
		case c == 'i':
			end, err := r.intEnd()
			if err != nil {
				return err
			}
			r.at = end
		case isDigit(c):
			_, end, err := r.stringAt()
			if err != nil {
				return err
			}
			r.at = end
		default:
			return fmt.Errorf("has %q at byte %d, where a value should begin", c, r.at)
		}
		if depth == 0 {
			return nil
		}
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (r *Reader) cut() error {
	return fmt.Errorf("ends at byte %d, in the middle of the data", len(r.text))
}

func (r *Reader) tooDeep() error {
	return fmt.Errorf("has lists and dictionaries more than %d deep, at byte %d", MaxDepth, r.at)
}

// ErrKind reports a value of another kind than the reader's user asked for. The value can be skipped.
var ErrKind = errors.New("another kind of value")

// kindError is an ErrKind.
type kindError struct{ found, want Kind }

func (e kindError) Error() string   { return fmt.Sprintf("is %s; it should be %s", e.found, e.want) }
func (e kindError) Is(t error) bool { return t == ErrKind }

func (r *Reader) expect(want Kind) error {
	if r.at >= len(r.text) {
		return r.cut()
	}
	switch found := r.Kind(); found {
	case want:
		return nil
	case End:
		return fmt.Errorf("has %q at byte %d, where a value should begin", r.text[r.at], r.at)
	default:
		return kindError{found, want}
	}
}

func (r *Reader) begin(kind Kind) error {
	if err := r.expect(kind); err != nil {
		return err
	}
	if r.depth++; r.depth > MaxDepth {
		return r.tooDeep()
	}
	r.at++
	return nil
}

// ended reports whether the list or dictionary has no further items.
func (r *Reader) ended() bool { return r.at >= len(r.text) || r.text[r.at] == 'e' }

func (r *Reader) end() error {
	if r.at >= len(r.text) {
		return r.cut()
	}
	r.at++
	r.depth--
	return nil
}

// intEnd returns the index behind the integer that begins at the next byte.
func (r *Reader) intEnd() (int, error) {
	i := r.at + 1
	if i < len(r.text) && r.text[i] == '-' {
		i++
	}
	digits := i
	for i < len(r.text) && isDigit(r.text[i]) {
		i++
	}
	switch {
	case i == len(r.text):
		return 0, r.cut()
	case i == digits || r.text[i] != 'e':
		return 0, fmt.Errorf("has an integer without an end, or without digits, at byte %d", r.at)
	}
	return i + 1, nil
}

// stringAt returns where the bytes of the string at the next byte begin and end.
func (r *Reader) stringAt() (begin, end int, err error) {
	n, i := 0, r.at
	for ; i < len(r.text) && isDigit(r.text[i]); i++ {
		if n = 10*n + int(r.text[i]-'0'); n > len(r.text) { // checked here so that n cannot overflow
			return 0, 0, fmt.Errorf("ends at byte %d, in a longer string that begins at byte %d", len(r.text), r.at)
		}
	}
	switch {
	case i == len(r.text):
		return 0, 0, r.cut()
	case r.text[i] != ':':
		return 0, 0, fmt.Errorf("has %q at byte %d, where the colon after a string's length should be", r.text[i], i)
	case n > len(r.text)-i-1:
		return 0, 0, fmt.Errorf("ends at byte %d, in a string of %d bytes that begins at byte %d", len(r.text), n, r.at)
	}
	return i + 1, i + 1 + n, nil
}
