package crypt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/anacrolix/torrent/mse"

	. "swarmsim/client/live/crypt"
)

var (
	infoHash = [20]byte{1, 2, 3}
	others   = [][20]byte{{9}, {8}, infoHash}
	hello    = append([]byte("\x13BitTorrent protocol"), bytes.Repeat([]byte{7}, 48)...)
)

// pair returns the two ends of a TCP connection on loopback.
func pair(t testing.TB) (dialer, accepter *net.TCPConn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	d, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	a, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close(); a.Close() })
	return d.(*net.TCPConn), a.(*net.TCPConn)
}

type accepted struct {
	conn net.Conn
	info Info
	err  error
}

func accept(t testing.TB, conn net.Conn, mode Mode) chan accepted {
	out := make(chan accepted, 1)
	go func() {
		c, info, err := Accept(t.Context(), conn, Config{Mode: mode}, slices.Values(others))
		out <- accepted{c, info, err}
	}()
	return out
}

func expect(t testing.TB, r io.Reader, want []byte) {
	t.Helper()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(r, got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Fatalf("read %q, want %q", got, want)
	}
}

func TestAcceptPlaintext(t *testing.T) {
	for mode := Off; mode <= Required; mode++ {
		d, a := pair(t)
		result := accept(t, a, mode)
		d.Write(hello)
		got := <-result
		if mode == Required {
			if !errors.Is(got.err, ErrPlaintextRefused) {
				t.Errorf("%v: %v", mode, got.err)
			}
			if _, err := d.Read(make([]byte, 1)); err == nil {
				t.Errorf("%v: the connection is still open", mode)
			}
			continue
		}
		if got.err != nil || got.info != (Info{}) {
			t.Fatalf("%v: %+v", mode, got)
		}
		expect(t, got.conn, hello)
		got.conn.Write([]byte("answer"))
		expect(t, d, []byte("answer"))
	}
}

// The stream of a plain connection reaches the TCP connection's own fast paths.
func TestPlaintextKeepsFastPaths(t *testing.T) {
	d, a := pair(t)
	result := accept(t, a, Allowed)
	d.Write(hello)
	got := <-result
	if _, ok := got.conn.(io.ReaderFrom); !ok {
		t.Errorf("%T has no ReadFrom", got.conn)
	}
	buffers := net.Buffers{[]byte("one"), []byte("two")}
	if _, err := buffers.WriteTo(got.conn); err != nil {
		t.Fatal(err)
	}
	expect(t, d, []byte("onetwo"))
	d.Write([]byte("more"))
	d.CloseWrite()
	var all bytes.Buffer
	if _, err := io.Copy(&all, got.conn); err != nil || all.String() != string(hello)+"more" {
		t.Errorf("copied %q, %v", all.String(), err)
	}
}

func TestAcceptEncrypted(t *testing.T) {
	const plain, rc4, both = mse.CryptoMethodPlaintext, mse.CryptoMethodRC4, mse.AllSupportedCrypto
	for _, c := range []struct {
		mode    Mode
		offers  mse.CryptoMethod
		method  Method
		refused error
	}{
		{Off, both, 0, ErrEncryptionRefused},
		{Allowed, both, Plaintext, nil},
		{Allowed, plain, Plaintext, nil},
		{Allowed, rc4, RC4, nil},
		{Preferred, both, RC4, nil},
		{Preferred, plain, Plaintext, nil},
		{Preferred, rc4, RC4, nil},
		{Preferred, 0xf0, 0, ErrMethodRefused},
		{Required, both, RC4, nil},
		{Required, rc4, RC4, nil},
		{Required, plain, 0, ErrMethodRefused}, // a downgrade
	} {
		t.Run(fmt.Sprintf("%v-%#x", c.mode, uint32(c.offers)), func(t *testing.T) {
			d, a := pair(t)
			result := accept(t, a, c.mode)
			stream, _, err := mse.InitiateHandshake(d, infoHash[:], hello, c.offers)
			got := <-result
			if c.refused != nil {
				if !errors.Is(got.err, c.refused) || err == nil {
					t.Fatalf("accept: %v; dial: %v", got.err, err)
				}
				return
			}
			if err != nil || got.err != nil {
				t.Fatalf("accept: %v; dial: %v", got.err, err)
			}
			if want := (Info{true, c.method, infoHash}); got.info != want {
				t.Errorf("info %+v, want %+v", got.info, want)
			}
			exchange(t, stream, got.conn, hello)
		})
	}
}

// exchange sends over both directions of a stream. The accepter has first to read what was sent
// within the handshake.
func exchange(t *testing.T, dialer io.ReadWriter, accepter net.Conn, first []byte) {
	t.Helper()
	big := bytes.Repeat([]byte("0123456789abcde"), 20000)
	go dialer.Write(big)
	expect(t, accepter, first)
	expect(t, accepter, big)
	go func() {
		if w, ok := accepter.(BuffersWriter); ok {
			w.WriteBuffers(net.Buffers{[]byte("head"), big, nil, []byte("tail")})
		} else {
			accepter.Write([]byte("head"))
			accepter.Write(big)
			accepter.Write([]byte("tail"))
		}
	}()
	expect(t, dialer, []byte("head"))
	expect(t, dialer, big)
	expect(t, dialer, []byte("tail"))
}

func TestAcceptUnknownTorrent(t *testing.T) {
	d, a := pair(t)
	result := accept(t, a, Preferred)
	unknown := [20]byte{5}
	if _, _, err := Dial(t.Context(), d, Config{Mode: Preferred}, unknown, hello); err == nil {
		t.Error("dialed for an unknown torrent")
	}
	if got := <-result; !errors.Is(got.err, ErrUnknownTorrent) {
		t.Error(got.err)
	}
}

func TestAcceptBoundsTheHandshake(t *testing.T) {
	d, a := pair(t)
	result := accept(t, a, Preferred)
	mse.InitiateHandshake(d, infoHash[:], make([]byte, 20000), mse.AllSupportedCrypto)
	if got := <-result; !errors.Is(got.err, ErrTooLong) {
		t.Error(got.err)
	}
	d, a = pair(t)
	result = accept(t, a, Preferred)
	go io.Copy(io.Discard, d)
	d.Write(bytes.Repeat([]byte("garbage "), 1000))
	if got := <-result; got.err == nil {
		t.Error("garbage was accepted")
	}
}

func TestSlowPeersAndContexts(t *testing.T) {
	for _, sent := range []string{"", "\x13BitTorrent", string(make([]byte, 30))} {
		d, a := pair(t)
		d.Write([]byte(sent))
		_, _, err := Accept(t.Context(), a, Config{Mode: Preferred, Timeout: 20 * time.Millisecond},
			slices.Values(others))
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%q: %v", sent, err)
		}
		d, a = pair(t)
		d.Write([]byte(sent))
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error, 1)
		go func() {
			_, _, err := Accept(ctx, a, Config{Mode: Preferred, Timeout: time.Hour}, slices.Values(others))
			result <- err
		}()
		cancel()
		if err := <-result; !errors.Is(err, context.Canceled) {
			t.Errorf("%q: %v", sent, err)
		}
	}
}

func TestDial(t *testing.T) {
	for _, c := range []struct {
		mode    Mode
		chooses mse.CryptoMethod
		method  Method
		ok      bool
	}{
		{Off, mse.CryptoMethodRC4, 0, false},
		{Allowed, mse.CryptoMethodPlaintext, Plaintext, true},
		{Allowed, mse.CryptoMethodRC4, RC4, true},
		{Preferred, mse.CryptoMethodPlaintext, Plaintext, true},
		{Preferred, mse.CryptoMethodRC4, RC4, true},
		{Required, mse.CryptoMethodRC4, RC4, true},
		{Required, mse.CryptoMethodPlaintext, 0, false}, // a downgrade
	} {
		d, a := pair(t)
		theirs := make(chan io.ReadWriter, 1)
		go func() {
			stream, _, err := mse.ReceiveHandshake(t.Context(), a, func(try func([]byte) bool) { try(infoHash[:]) },
				func(mse.CryptoMethod) mse.CryptoMethod { return c.chooses })
			if err != nil {
				a.Close()
			}
			theirs <- stream
		}()
		conn, info, err := Dial(t.Context(), d, Config{Mode: c.mode}, infoHash, hello)
		stream := <-theirs
		if !c.ok {
			if err == nil {
				t.Errorf("%v, %v: accepted", c.mode, c.chooses)
			}
			continue
		}
		if err != nil || info != (Info{true, c.method, infoHash}) {
			t.Fatalf("%v, %v: %+v, %v", c.mode, c.chooses, info, err)
		}
		if _, tcp := conn.(*net.TCPConn); tcp != (c.method == Plaintext) {
			t.Errorf("%v, %v: %T", c.mode, c.chooses, conn)
		}
		expect(t, stream, hello)
		exchange(t, stream, conn, nil)
	}
}

// A failed write leaves the key stream ahead of what was sent: every later write fails too.
func TestWriteAfterError(t *testing.T) {
	d, a := pair(t)
	result := accept(t, a, Required)
	conn, _, err := Dial(t.Context(), d, Config{Mode: Required}, infoHash, nil)
	if err != nil {
		t.Fatal(err)
	}
	(<-result).conn.Close()
	conn.Close()
	for range 3 {
		if _, err := conn.Write(make([]byte, 100)); !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
		if _, err := conn.(BuffersWriter).WriteBuffers(net.Buffers{{1}}); !errors.Is(err, net.ErrClosed) {
			t.Error(err)
		}
	}
}

func TestModeNames(t *testing.T) {
	for m := Off; m <= Required; m++ {
		var back Mode
		text, _ := m.MarshalText()
		if err := back.UnmarshalText(text); err != nil || back != m {
			t.Errorf("%v: %v, %v", m, back, err)
		}
	}
	var m Mode
	if err := m.UnmarshalText([]byte("forced")); err == nil {
		t.Error("an unknown mode was accepted")
	}
}
