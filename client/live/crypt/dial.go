package crypt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/anacrolix/torrent/mse"
)

// Dial makes the MSE handshake on a connection that was opened to a peer. hello is sent as the
// handshake's initial payload and has at most 4 KiB: the peer's BitTorrent handshake then arrives
// a round trip earlier. Off is an error; Connect serves every mode.
//
// On an error the connection is closed.
func Dial(ctx context.Context, conn net.Conn, config Config, infoHash [20]byte, hello []byte) (net.Conn, Info, error) {
	var info Info
	out := conn
	err := during(ctx, conn, config.timeout(), func() (err error) {
		switch {
		case config.Mode == Off:
			return errors.New("an MSE handshake needs another mode than off")
		case len(hello) > maxPayload:
			return fmt.Errorf("an initial payload has at most %d bytes, not %d", maxPayload, len(hello))
		}
		out, info, err = initiate(conn, config.Mode, infoHash, hello)
		return err
	})
	if err != nil {
		return nil, Info{}, fmt.Errorf("MSE handshake with %v: %w", conn.RemoteAddr(), err)
	}
	return out, info, nil
}

func initiate(conn net.Conn, mode Mode, infoHash [20]byte, hello []byte) (net.Conn, Info, error) {
	guarded := &guard{Conn: conn, remaining: maxFromAccepter}
	stream, method, err := mse.InitiateHandshake(guarded, infoHash[:], hello, mode.provides())
	if guarded.err != nil {
		err = guarded.err
	}
	if err != nil {
		return nil, Info{}, err
	}
	guarded.remaining = -1
	info := Info{Handshake: true, InfoHash: infoHash}
	if method == mse.CryptoMethodRC4 {
		info.Method = RC4
		return &rc4Stream{Conn: conn, cipher: stream}, info, nil
	}
	return conn, info, nil
}

// Connect makes a connection to a peer: it opens one and makes the handshake that the mode
// prefers; if that fails it opens another and tries the other way at once, where the mode allows
// it. Real clients need that: libtorrent returns only after a minute to a peer that refused
// its first way.
//
// hello is the BitTorrent handshake to send. A plain connection is returned after the first 20
// bytes of the peer's answer, which are then read from it again; a peer that requires encryption
// hangs up instead. Where hello is empty, a plain connection is returned as soon as it is open, and
// it is for the caller to find that the peer hangs up.
//
// An error of open is returned as it is: the other way would not reach the peer either.
func Connect(ctx context.Context, open func(context.Context) (net.Conn, error), config Config,
	infoHash [20]byte, hello []byte) (net.Conn, Info, error) {
	var failures []error
	for _, encrypted := range config.Mode.ways() {
		conn, err := open(ctx)
		if err != nil {
			return nil, Info{}, errors.Join(append(failures, err)...)
		}
		var info Info
		if encrypted {
			conn, info, err = Dial(ctx, conn, config, infoHash, hello)
		} else {
			conn, err = plain(ctx, conn, config, hello)
		}
		if err == nil {
			return conn, info, nil
		}
		failures = append(failures, err)
		if ctx.Err() != nil {
			break
		}
	}
	return nil, Info{}, errors.Join(failures...)
}

// ways returns the ways to dial in the order in which they are tried; true is encrypted.
func (m Mode) ways() []bool {
	switch m {
	case Off:
		return []bool{false}
	case Allowed:
		return []bool{false, true}
	case Preferred:
		return []bool{true, false}
	}
	return []bool{true}
}

// plain sends hello and waits for the beginning of the answer.
func plain(ctx context.Context, conn net.Conn, config Config, hello []byte) (net.Conn, error) {
	out := conn
	err := during(ctx, conn, config.timeout(), func() error {
		if len(hello) == 0 {
			return nil
		}
		if _, err := conn.Write(hello); err != nil {
			return err
		}
		var head [len(protocol)]byte
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			return err
		}
		if string(head[:]) != protocol {
			return ErrNotBitTorrent
		}
		out = prefixed(conn, head[:])
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("plain handshake with %v: %w", conn.RemoteAddr(), err)
	}
	return out, nil
}
