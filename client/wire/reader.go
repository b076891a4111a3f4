package wire

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"swarmsim/client"
)

// Limits limit the lengths of messages, in bytes. The zero value of a field stands for its default.
type Limits struct {
	Bitfield int // of a BITFIELD; 1 MiB, which is enough for eight million pieces
	Block    int // of the block of a PIECE; 128 KiB, the longest request that clients serve
	Payload  int // of any other message; 1 MiB
}

const (
	defaultPayload = 1 << 20
	defaultBlock   = 128 << 10
	bufferSize     = 64 << 10
	aheadBytes     = 512 // that are read with the rest of a block: what follows is most often another block
)

// VectorReader is a source whose bytes are read directly into blocks. *Reader finds out by itself
// whether its source is one.
type VectorReader interface {
	io.Reader
	// ReadVector fills a, and b after it, with what is there. It waits only if that is nothing.
	ReadVector(a, b []byte) (n int, err error)
	// TryReadVector does not wait: then n is 0 and err is nil.
	TryReadVector(a, b []byte) (n int, err error)
}

// Reader reads messages. It reads ahead, and copies each block at most once, into the buffer that its
// caller provides.
type Reader struct {
	// Block returns a buffer for a block of n bytes. It may wait, and fail, in which case Next
	// returns its error. It is nil for buffers that the garbage collector frees.
	Block func(n int) ([]byte, error)

	// Idle is called before Next waits for bytes, so that its caller can pass on what it has gathered.
	// It may be nil.
	Idle func()

	source   io.Reader
	vector   VectorReader // the source, if it is one
	limits   Limits
	buffer   []byte
	from, to int // what buffer holds
}

// NewReader returns a reader of the messages in a stream of bytes.
func NewReader(source io.Reader, l Limits) *Reader {
	if l.Bitfield == 0 {
		l.Bitfield = defaultPayload
	}
	if l.Block == 0 {
		l.Block = defaultBlock
	}
	if l.Payload == 0 {
		l.Payload = defaultPayload
	}
	vector, _ := source.(VectorReader)
	return &Reader{source: source, vector: vector, limits: l, buffer: make([]byte, bufferSize)}
}

// Handshake reads the first message of a connection.
func (r *Reader) Handshake() (client.Message, error) {
	head, err := r.peek(HandshakeLength)
	if err != nil {
		return client.Message{}, err
	}
	r.from += HandshakeLength
	return DecodeHandshake(head)
}

// Next reads a message. A PIECE message always has data. A message with an id that is not known is
// skipped and has the kind Unknown. The error is io.EOF at the end of the stream between two
// messages.
func (r *Reader) Next() (client.Message, error) {
	head, err := r.peek(4)
	if err != nil {
		return client.Message{}, err
	}
	length := binary.BigEndian.Uint32(head)
	if length == 0 {
		r.from += 4
		return client.Message{Kind: client.KeepAlive}, nil
	}
	if head, err = r.peek(5); err != nil {
		return client.Message{}, noEOF(err)
	}
	m := client.Message{Kind: kindOf[head[4]]}
	if err := r.check(m.Kind, head[4], length); err != nil {
		return client.Message{}, err
	}
	r.from += 5
	err = r.readBody(&m, int(length)-1, head[4])
	return m, noEOF(err)
}

// check refuses a message of a length that its kind cannot have.
func (r *Reader) check(k client.Kind, id byte, length uint32) error {
	least, most := uint32(1), uint32(1)
	switch k {
	case client.Have, client.AllowedFast, client.Suggest:
		least, most = 5, 5
	case client.Request, client.Cancel, client.Reject:
		least, most = 13, 13
	case client.Port:
		least, most = 3, 3
	case client.Piece:
		least, most = 9, 9+uint32(r.limits.Block)
	case client.Bitfield:
		most = 1 + uint32(r.limits.Bitfield)
	case client.Extended:
		least, most = 2, 1+uint32(r.limits.Payload)
	case client.HashRequest, client.HashReject:
		least, most = 49, 49
	case client.Hashes, client.Unknown:
		most = 1 + uint32(r.limits.Payload)
	}
	if length < least || length > most {
		return fmt.Errorf("wire: a message with id %d has %d bytes, which must be %d to %d", id, length, least, most)
	}
	return nil
}

// readBody reads the n bytes that follow a message's id.
func (r *Reader) readBody(m *client.Message, n int, id byte) error {
	switch m.Kind {
	case client.Have, client.AllowedFast, client.Suggest, client.Request, client.Cancel, client.Reject, client.Port:
		body, err := r.peek(n)
		if err != nil {
			return err
		}
		r.from += n
		decodeNumbers(m, body)
		return nil
	case client.Piece:
		return r.readBlock(m, n)
	case client.Bitfield, client.Extended, client.HashRequest, client.Hashes, client.HashReject:
		body, err := r.readAll(n)
		m.Data = body
		return err
	case client.Unknown:
		m.Index, m.Length = uint32(id), uint32(n)
		return r.skip(n)
	}
	return nil
}

func decodeNumbers(m *client.Message, body []byte) {
	if m.Kind == client.Port {
		m.Index = uint32(binary.BigEndian.Uint16(body))
		return
	}
	m.Index = binary.BigEndian.Uint32(body)
	if len(body) == 12 {
		m.Begin, m.Length = binary.BigEndian.Uint32(body[4:]), binary.BigEndian.Uint32(body[8:])
	}
}

// readBlock reads the rest of a PIECE message.
func (r *Reader) readBlock(m *client.Message, n int) error {
	head, err := r.peek(8)
	if err != nil {
		return err
	}
	m.Index, m.Begin, m.Length = binary.BigEndian.Uint32(head), binary.BigEndian.Uint32(head[4:]), uint32(n-8)
	r.from += 8
	var block []byte
	if r.Block == nil {
		block = make([]byte, n-8)
	} else if block, err = r.Block(n - 8); err != nil {
		return err
	}
	m.Data = block[:n-8]
	return r.readFull(m.Data)
}

// readFull fills b, from the buffer first.
func (r *Reader) readFull(b []byte) error {
	n := copy(b, r.buffer[r.from:r.to])
	r.from += n
	if n == len(b) {
		return nil
	}
	r.from, r.to = 0, 0
	for n < len(b) {
		k, err := r.read(b[n:], r.buffer[:aheadBytes])
		if n += k; n >= len(b) {
			r.to = n - len(b)
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// read reads into a and, if the source can, into b after it.
func (r *Reader) read(a, b []byte) (int, error) {
	if r.vector == nil {
		r.idle()
		return r.source.Read(a)
	}
	if n, err := r.vector.TryReadVector(a, b); n > 0 || err != nil {
		return n, err
	}
	r.idle()
	return r.vector.ReadVector(a, b)
}

func (r *Reader) idle() {
	if r.Idle != nil {
		r.Idle()
	}
}

// readAll reads n bytes into memory that grows as they come, so that a message that only says that
// it is long takes none.
func (r *Reader) readAll(n int) ([]byte, error) {
	if n <= r.to-r.from {
		out := bytes.Clone(r.buffer[r.from : r.from+n])
		r.from += n
		return out, nil
	}
	var out bytes.Buffer
	out.Write(r.buffer[r.from:r.to])
	n -= r.to - r.from
	r.from = r.to
	r.idle()
	_, err := io.CopyN(&out, r.source, int64(n))
	return out.Bytes(), err
}

// skip discards n bytes.
func (r *Reader) skip(n int) error {
	buffered := min(n, r.to-r.from)
	r.from += buffered
	r.idle()
	_, err := io.CopyN(io.Discard, r.source, int64(n-buffered))
	return err
}

// peek returns the next n bytes, at most bufferSize, which remain to be read.
func (r *Reader) peek(n int) ([]byte, error) {
	if r.to-r.from < n && len(r.buffer)-r.from < n {
		r.to = copy(r.buffer, r.buffer[r.from:r.to])
		r.from = 0
	}
	for r.to-r.from < n {
		if r.from == r.to {
			r.from, r.to = 0, 0
		}
		k, err := r.read(r.buffer[r.to:], nil)
		r.to += k
		if err != nil && r.to-r.from < n {
			if r.to > r.from {
				err = noEOF(err)
			}
			return nil, err
		}
	}
	return r.buffer[r.from : r.from+n], nil
}

// noEOF returns an error that says that the stream ended in the middle of a message.
func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
