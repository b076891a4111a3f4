package crypt_test

import (
	"bytes"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	. "swarmsim/client/live/crypt"
)

// memory is a connection whose peer has sent some bytes and closed.
type memory struct{ *bytes.Reader }

func (memory) Write(p []byte) (int, error)      { return len(p), nil }
func (memory) Close() error                     { return nil }
func (memory) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (memory) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (memory) SetDeadline(time.Time) error      { return nil }
func (memory) SetReadDeadline(time.Time) error  { return nil }
func (memory) SetWriteDeadline(time.Time) error { return nil }

func FuzzAccept(f *testing.F) {
	f.Add(hello, uint8(Preferred))
	f.Add(make([]byte, 2000), uint8(Required))
	f.Fuzz(func(t *testing.T, sent []byte, mode uint8) {
		conn, info, err := Accept(t.Context(), memory{bytes.NewReader(sent)},
			Config{Mode: Mode(mode % 4)}, slices.Values(others))
		if err != nil {
			return
		}
		if info.Handshake {
			t.Fatal("a handshake was made without an info hash")
		}
		got, err := io.ReadAll(conn)
		if err != nil || !bytes.Equal(got, sent) {
			t.Fatalf("read %q of %q, %v", got, sent, err)
		}
	})
}

// FuzzDial plays the peer that answers a dialer.
func FuzzDial(f *testing.F) {
	f.Add(hello, uint8(Allowed))
	f.Add(make([]byte, 2000), uint8(Required))
	f.Fuzz(func(t *testing.T, sent []byte, mode uint8) {
		conn, info, err := Dial(t.Context(), memory{bytes.NewReader(sent)}, Config{Mode: Mode(mode % 4)}, infoHash, hello)
		if err == nil {
			t.Fatalf("%+v, %T", info, conn)
		}
	})
}
