package crypt

import (
	"context"
	"errors"
	"io"
	"net"
	"time"
)

// during runs a handshake on a connection under a deadline and a context. After an error the
// connection is closed; otherwise it has no deadline.
func during(ctx context.Context, conn net.Conn, timeout time.Duration, handshake func() error) error {
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		conn.Close()
		return err
	}
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	err := handshake()
	if !stop() {
		// The deadline may be set by the other goroutine at any later moment.
		err = context.Cause(ctx)
	}
	if err == nil {
		err = conn.SetDeadline(time.Time{})
	}
	if err != nil {
		conn.Close()
	}
	return err
}

// The longest handshakes without initial payload
// (https://wiki.vuze.com/w/Message_Stream_Encryption): a public key of 96 bytes and pads of up to
// 512 bytes.
const (
	maxPad      = 512
	keyLength   = 96
	hashLength  = 20
	fieldLength = 8 + 4 + 2 // verification constant, methods, length of a pad

	// A peer that dials sends key, pad, two hashes, fields, pad and the payload's length.
	maxFromDialer = keyLength + maxPad + 2*hashLength + fieldLength + maxPad + 2

	// A peer that accepts sends key, pad, fields and pad.
	maxFromAccepter = keyLength + maxPad + fieldLength + maxPad

	// maxPayload bounds the initial payload: a handshake and first messages.
	maxPayload = 4096
)

// errWouldRead is what a drained guard answers instead of reading from the connection.
var errWouldRead = errors.New("nothing more was read ahead")

// guard is the connection as package mse uses it. While the handshake lasts it limits the bytes
// that are read, since mse accepts pads of 64 KiB, and remembers errors, since mse ignores those
// that occur in the initial payload.
type guard struct {
	net.Conn
	ahead     []byte // bytes read before the handshake began
	remaining int    // bytes that the handshake may still read; negative when it is over
	err       error
	drained   bool
}

func (g *guard) Read(p []byte) (int, error) {
	if g.remaining < 0 {
		if g.drained {
			return 0, errWouldRead
		}
		return g.Conn.Read(p)
	}
	if len(p) > g.remaining {
		p = p[:g.remaining]
	}
	if len(p) == 0 {
		g.err = ErrTooLong
		return 0, g.err
	}
	var n int
	if len(g.ahead) > 0 {
		n = copy(p, g.ahead)
		g.ahead = g.ahead[n:]
	} else {
		n, g.err = g.Conn.Read(p)
	}
	g.remaining -= n
	return n, g.err
}

// finish ends the handshake and returns the bytes of the initial payload, which mse has read and
// decrypted and returns from stream before it reads from the connection.
func (g *guard) finish(stream io.Reader) ([]byte, error) {
	if g.err != nil {
		return nil, g.err
	}
	g.remaining, g.drained = -1, true
	defer func() { g.drained = false }()
	buffer := make([]byte, maxPayload)
	used := 0
	for used < len(buffer) {
		n, err := stream.Read(buffer[used:])
		used += n
		if errors.Is(err, errWouldRead) {
			return buffer[:used], nil
		}
		if err != nil {
			return nil, err
		}
	}
	return nil, ErrTooLong
}
