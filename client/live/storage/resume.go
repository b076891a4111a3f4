package storage

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
)

// state is what a resume file says.
type state struct {
	id     string // Content.ID
	pieces []byte // a bit for each verified piece, as in a BITFIELD message (BEP 3)
	files  []fileStamp
	parts  fileStamp // of the parts file
}

// fileStamp tells a file that has not changed from one that has.
type fileStamp struct {
	size    int64 // in bytes; -1 if there is no file
	mtime   int64 // modification time in nanoseconds since 1970; 0 if it proves nothing
	inParts bool  // its blocks are in the parts file
}

// absent is the stamp of a file that does not exist.
var absent = fileStamp{size: -1}

const stateVersion = 1

// encode returns the resume file: a bencoded dictionary of the state, itself bencoded, and its SHA-256
// hash.
func (st *state) encode() []byte {
	b := []byte("d5:filesl")
	for _, f := range st.files {
		b = f.append(b)
	}
	b = append(b, "e2:id"...)
	b = appendString(b, st.id)
	b = append(b, "5:parts"...)
	b = st.parts.append(b)
	b = append(b, "6:pieces"...)
	b = appendString(b, string(st.pieces))
	b = append(b, "7:version"...)
	return seal(append(appendInt(b, stateVersion), 'e'))
}

// seal adds the checksum to a state.
func seal(state []byte) []byte {
	sum := sha256.Sum256(state)
	out := append([]byte("d8:checksum"), appendString(nil, string(sum[:]))...)
	out = append(out, "5:state"...)
	return append(appendString(out, string(state)), 'e')
}

func (f fileStamp) append(b []byte) []byte {
	b = appendInt(append(b, 'l'), f.size)
	b = appendInt(b, f.mtime)
	inParts := int64(0)
	if f.inParts {
		inParts = 1
	}
	return append(appendInt(b, inParts), 'e')
}

func appendString(b []byte, s string) []byte {
	b = strconv.AppendInt(b, int64(len(s)), 10)
	return append(append(b, ':'), s...)
}

func appendInt(b []byte, n int64) []byte {
	return append(strconv.AppendInt(append(b, 'i'), n, 10), 'e')
}

var errDamaged = errors.New("the resume file is damaged")

// decodeState decodes a resume file of a torrent with the given number of files. It accepts only what
// encode writes.
func decodeState(text []byte, files int) (*state, error) {
	outer := cursor{text: text}
	outer.literal("d8:checksum")
	sum := outer.string()
	outer.literal("5:state")
	body := outer.string()
	outer.literal("e")
	if want := sha256.Sum256(body); !outer.ended() || !bytes.Equal(sum, want[:]) {
		return nil, errDamaged
	}
	st, c := &state{}, cursor{text: body}
	c.literal("d5:filesl")
	for !c.failed && c.next() == 'l' {
		if len(st.files) == files {
			return nil, fmt.Errorf("%w: it has more than %d files", errDamaged, files)
		}
		st.files = append(st.files, c.stamp())
	}
	c.literal("e2:id")
	st.id = string(c.string())
	c.literal("5:parts")
	st.parts = c.stamp()
	c.literal("6:pieces")
	st.pieces = c.string()
	c.literal("7:version")
	if v := c.int(); !c.failed && v != stateVersion {
		return nil, fmt.Errorf("the resume file has version %d; this program knows version %d", v, stateVersion)
	}
	c.literal("e")
	if !c.ended() || len(st.files) != files {
		return nil, errDamaged
	}
	return st, nil
}

// cursor reads what encode has written. After a failure it returns zero values.
type cursor struct {
	text   []byte
	failed bool
}

func (c *cursor) ended() bool { return !c.failed && len(c.text) == 0 }

func (c *cursor) next() byte {
	if len(c.text) == 0 {
		return 0
	}
	return c.text[0]
}

func (c *cursor) literal(s string) {
	if c.failed || len(c.text) < len(s) || string(c.text[:len(s)]) != s {
		c.failed = true
		return
	}
	c.text = c.text[len(s):]
}

// number reads an integer and the character that ends it.
func (c *cursor) number(end byte) int64 {
	i := 0
	for i < len(c.text) && i < 20 && c.text[i] != end {
		i++
	}
	if c.failed || i >= len(c.text) || c.text[i] != end {
		c.failed = true
		return 0
	}
	digits := string(c.text[:i])
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != digits {
		c.failed = true
		return 0
	}
	c.text = c.text[i+1:]
	return n
}

func (c *cursor) int() int64 {
	c.literal("i")
	return c.number('e')
}

func (c *cursor) string() []byte {
	n := c.number(':')
	if c.failed || n < 0 || n > int64(len(c.text)) {
		c.failed = true
		return nil
	}
	s := c.text[:n:n]
	c.text = c.text[n:]
	return s
}

func (c *cursor) stamp() (f fileStamp) {
	c.literal("l")
	f.size, f.mtime = c.int(), c.int()
	inParts := c.int()
	c.literal("e")
	if f.size < -1 || inParts != 0 && inParts != 1 {
		c.failed = true
	}
	f.inParts = inParts == 1
	return f
}
