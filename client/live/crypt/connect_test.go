package crypt_test

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"slices"
	"testing"
	"time"

	. "swarmsim/client/live/crypt"
)

// peer listens with a mode and answers each BitTorrent handshake with its own.
func peer(t *testing.T, mode Mode) (open func(context.Context) (net.Conn, error), opened *int) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			raw, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				conn, _, err := Accept(context.Background(), raw, Config{Mode: mode}, slices.Values(others))
				if err != nil {
					return
				}
				defer conn.Close()
				if _, err := io.ReadFull(conn, make([]byte, len(hello))); err == nil {
					conn.Write(hello)
					io.Copy(conn, conn)
				}
			}()
		}
	}()
	opened = new(int)
	return func(ctx context.Context) (net.Conn, error) {
		*opened++
		return new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
	}, opened
}

// Every pair of modes connects at the first or second attempt, except off with required.
func TestConnect(t *testing.T) {
	attempts := map[[2]Mode]int{
		{Off, Required}: 0, {Required, Off}: 0,
		{Allowed, Required}: 2, {Preferred, Off}: 2,
	}
	for ours := Off; ours <= Required; ours++ {
		for theirs := Off; theirs <= Required; theirs++ {
			want, listed := attempts[[2]Mode{ours, theirs}]
			if !listed {
				want = 1
			}
			open, opened := peer(t, theirs)
			conn, info, err := Connect(t.Context(), open, Config{Mode: ours}, infoHash, hello)
			if want == 0 {
				if err == nil || *opened != 1 {
					t.Errorf("%v dials %v: %d attempts, %v", ours, theirs, *opened, err)
				}
				continue
			}
			if err != nil || *opened != want {
				t.Fatalf("%v dials %v: %d attempts, %v", ours, theirs, *opened, err)
			}
			if (ours == Required || theirs == Required) && info.Method != RC4 {
				t.Errorf("%v dials %v: %+v", ours, theirs, info)
			}
			expect(t, conn, hello)
			conn.Write([]byte("echo"))
			expect(t, conn, []byte("echo"))
			conn.Close()
		}
	}
}

func TestConnectReportsEveryFailure(t *testing.T) {
	refused := errors.New("refused")
	_, _, err := Connect(t.Context(), func(context.Context) (net.Conn, error) { return nil, refused },
		Config{Mode: Preferred}, infoHash, hello)
	if !errors.Is(err, refused) {
		t.Error(err)
	}
	open := func(context.Context) (net.Conn, error) {
		d, a := pair(t)
		a.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
		a.CloseWrite()
		return d, nil
	}
	_, _, err = Connect(t.Context(), open, Config{Mode: Allowed}, infoHash, hello)
	if !errors.Is(err, ErrNotBitTorrent) {
		t.Error(err)
	}
}

// Handshakes that fail leave no goroutine behind.
func TestNoGoroutineStays(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		d, a := pair(t)
		result := accept(t, a, Required)
		d.Write(make([]byte, 100))
		d.Close()
		if got := <-result; got.err == nil {
			t.Fatal("accepted")
		}
	}
	for deadline := time.Now().Add(time.Minute); runtime.NumGoroutine() > before; {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
		time.Sleep(time.Millisecond)
	}
}
