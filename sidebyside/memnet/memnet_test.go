package memnet

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

const latency = 25 * time.Millisecond

// inBubble runs a test in virtual time, with three hosts that have uplinks of 1 MB/s and downlinks of
// 4 MB/s.
func inBubble(t *testing.T, f func(t *testing.T, hosts [3]*Host)) {
	synctest.Test(t, func(t *testing.T) {
		n := New(Config{Latency: latency, Window: 256 << 10, Segment: 16 << 10})
		var hosts [3]*Host
		for i := range hosts {
			hosts[i] = n.Host(&net.TCPAddr{IP: net.IPv4(10, 0, 0, byte(i+1)), Port: 6881}, Link{1e6, 4e6})
		}
		f(t, hosts)
		for _, h := range hosts {
			h.Close()
		}
		time.Sleep(time.Minute) // until all connections are closed
		n.Close()
	})
}

func connect(t *testing.T, from, to *Host) (dialed, accepted net.Conn) {
	t.Helper()
	dialed, err := from.Dial(t.Context(), to.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if accepted, err = to.Accept(); err != nil {
		t.Fatal(err)
	}
	return dialed, accepted
}

// send writes n bytes and closes the connection.
func send(c net.Conn, n int) {
	c.Write(bytes.Repeat([]byte{7}, n))
	c.Close()
}

// receive reads until the end, checks the bytes and returns the time.
func receive(t *testing.T, c net.Conn, n int) time.Time {
	t.Helper()
	got, err := io.ReadAll(c)
	if err != nil || !bytes.Equal(got, bytes.Repeat([]byte{7}, n)) {
		t.Errorf("read %d of %d bytes, %v", len(got), n, err)
	}
	c.Close()
	return time.Now()
}

func about(t *testing.T, what string, got, want time.Duration) {
	t.Helper()
	if got < want*99/100 || got > want*101/100 {
		t.Errorf("%s took %v, want %v", what, got, want)
	}
}

// payloadRate is the rate of an uplink without headers, in bytes per second.
const payloadRate = 1e6 * maxPayload / (maxPayload + headers)

func TestAnUplinkCarriesItsRate(t *testing.T) {
	inBubble(t, func(t *testing.T, hosts [3]*Host) {
		start := time.Now()
		a, b := connect(t, hosts[0], hosts[1])
		about(t, "dialing", time.Since(start), 2*latency)
		start = time.Now()
		go send(a, 4<<20)
		bytes := 4 << 20
		about(t, "4 MiB", receive(t, b, bytes).Sub(start), latency+time.Duration(float64(bytes)/payloadRate*1e9))
	})
}

func TestConnectionsShareAnUplink(t *testing.T) {
	inBubble(t, func(t *testing.T, hosts [3]*Host) {
		a, b := connect(t, hosts[0], hosts[1])
		c, d := connect(t, hosts[0], hosts[2])
		start := time.Now()
		size := 2 << 20
		go send(a, size)
		go send(c, size)
		both := latency + time.Duration(float64(2*size)/payloadRate*1e9)
		about(t, "one", receive(t, b, size).Sub(start), both)
		about(t, "the other", receive(t, d, size).Sub(start), both)
	})
}

func TestDeadlinesPass(t *testing.T) {
	inBubble(t, func(t *testing.T, hosts [3]*Host) {
		a, b := connect(t, hosts[0], hosts[1])
		start := time.Now()
		a.SetDeadline(start.Add(time.Second))
		if _, err := a.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("read:", err)
		}
		about(t, "the deadline", time.Since(start), time.Second)
		a.SetDeadline(time.Now().Add(time.Second))
		if n, err := a.Write(make([]byte, 4<<20)); n == 4<<20 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("write:", n, err)
		}
		a.Close()
		b.Close()
	})
}

func TestClosedListener(t *testing.T) {
	inBubble(t, func(t *testing.T, hosts [3]*Host) {
		pending, err := hosts[0].Dial(t.Context(), hosts[1].Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		hosts[1].Close()
		if _, err := pending.Read(make([]byte, 1)); err != io.EOF {
			t.Error("a connection that was not accepted reads", err)
		}
		pending.Close()
		if _, err := hosts[0].Dial(t.Context(), hosts[1].Addr().String()); err == nil {
			t.Error("Dial to a closed listener succeeded")
		}
		ctx, cancel := context.WithTimeout(t.Context(), latency/2)
		defer cancel()
		if _, err := hosts[0].Dial(ctx, hosts[2].Addr().String()); !errors.Is(err, context.DeadlineExceeded) {
			t.Error("Dial did not stop when its context ended:", err)
		}
	})
}
