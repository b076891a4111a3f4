package gonet_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"swarmsim/sim/netem"
	"swarmsim/sim/netem/gonet"
	"swarmsim/sim/netem/packet"
)

// payloadRate is what a link of 1 MB/s carries without headers.
const payloadRate = 1e6 * packet.MSS / packet.MTU

// Bytes arrive in order and unchanged at the rate of the link.
func TestAStreamHasTheRateOfItsLink(t *testing.T) {
	data := noise(8 << 20)
	at := time.Duration(float64(len(data)) / payloadRate * 1e9)
	onAll(t, 2, func(t *testing.T, n *gonet.Network, h []*gonet.Host, l []*gonet.Listener) {
		a, b := connect(t, h[0], h[1], l[1])
		start := time.Now()
		go func() {
			for rest := data; len(rest) > 0; {
				k, err := a.Write(rest[:min(len(rest), 16397)])
				if err != nil {
					t.Error(err)
				}
				rest = rest[k:]
			}
			a.Close()
		}()
		took := receive(t, b, data).Sub(start)
		most := at*105/100 + 400*time.Millisecond // with slow start and its losses
		if t.Name() == "TestAStreamHasTheRateOfItsLink/lossy" {
			most = 10 * at
		}
		within(t, "8 MiB", took, at*99/100, most)
		t.Logf("%.1f %% of the rate", 100*at.Seconds()/took.Seconds())
	})
}

// A byte that is sent back is seen after a round trip, up to the resolution late at both ends.
func TestAPingTakesARoundTrip(t *testing.T) {
	onAll(t, 2, func(t *testing.T, n *gonet.Network, h []*gonet.Host, l []*gonet.Listener) {
		start := time.Now()
		a, b := connect(t, h[0], h[1], l[1])
		within(t, "dialing and accepting", time.Since(start), 3*latency, 3*latency+4*resolution+15*time.Millisecond)
		go io.Copy(b, b)
		for i := range 20 {
			time.Sleep(time.Duration(i)*37*time.Microsecond + time.Second)
			start := time.Now()
			a.Write([]byte{byte(i)})
			var got [1]byte
			if _, err := io.ReadFull(a, got[:]); err != nil || got[0] != byte(i) {
				t.Fatalf("%v %v", got, err)
			}
			most := 2*latency + 2*resolution + time.Millisecond
			if t.Name() == "TestAPingTakesARoundTrip/lossy" {
				most += time.Second
			}
			within(t, "a ping", time.Since(start), 2*latency, most)
		}
		a.Close()
	})
}

// Connections from one host share its uplink.
func TestConnectionsShareAnUplink(t *testing.T) {
	const flows = 6
	data := noise(4 << 20)
	all := time.Duration(flows * float64(len(data)) / payloadRate * 1e9)
	for _, name := range []string{"ideal", "cubic"} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, transports()[name], 1+flows, func(t *testing.T, n *gonet.Network, h []*gonet.Host, l []*gonet.Listener) {
				start := time.Now()
				var took [flows]time.Duration
				var running sync.WaitGroup
				for i := range flows {
					a, b := connect(t, h[0], h[i+1], l[i+1])
					go func() { a.Write(data); a.Close() }()
					running.Go(func() { took[i] = receive(t, b, data).Sub(start) })
				}
				running.Wait()
				for _, d := range took {
					within(t, "one of six", d, all*7/10, all*106/100)
				}
			})
		})
	}
}

// Write blocks while the reader does not read, and goes on when it does.
func TestAReaderHoldsItsSenderBack(t *testing.T) {
	data := noise(9 << 20)
	onAll(t, 2, func(t *testing.T, n *gonet.Network, h []*gonet.Host, l []*gonet.Listener) {
		a, b := connect(t, h[0], h[1], l[1])
		written := make(chan struct{})
		go func() { a.Write(data); a.Close(); close(written) }()
		time.Sleep(10 * time.Minute)
		select {
		case <-written:
			t.Error("9 MiB were written, and nothing was read")
		default:
		}
		if got := h[1].Traffic().StreamReceived; got > 5<<20 || got < 3<<20 {
			t.Errorf("%d bytes arrived; the window is 4 MiB", got)
		}
		receive(t, b, data)
		<-written
	})
}

// A half-closed connection still carries the other direction; then both ends are gone.
func TestHalfClose(t *testing.T) {
	onAll(t, 2, func(t *testing.T, n *gonet.Network, h []*gonet.Host, l []*gonet.Listener) {
		a, b := connect(t, h[0], h[1], l[1])
		a.Write([]byte("request"))
		a.(*gonet.Conn).CloseWrite()
		if _, err := a.Write([]byte("x")); !errors.Is(err, syscall.EPIPE) {
			t.Error("a write after CloseWrite:", err)
		}
		got, err := io.ReadAll(b)
		if err != nil || string(got) != "request" {
			t.Errorf("%q, %v", got, err)
		}
		b.Write([]byte("answer"))
		b.Close()
		receive(t, a, []byte("answer"))
		time.Sleep(time.Minute)
		if _, err := a.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
			t.Error("a read after Close:", err)
		}
	})
}

// What arrives at a connection that is closed resets it, and so does Close with unread bytes.
func TestReset(t *testing.T) {
	onAll(t, 2, func(t *testing.T, n *gonet.Network, h []*gonet.Host, l []*gonet.Listener) {
		a, b := connect(t, h[0], h[1], l[1])
		b.Close()
		time.Sleep(time.Second)
		a.Write([]byte("late"))
		time.Sleep(time.Second)
		if _, err := a.Write([]byte("later")); !errors.Is(err, syscall.ECONNRESET) {
			t.Error("a write to a closed end:", err)
		}
		c, d := connect(t, h[0], h[1], l[1])
		c.Write([]byte("unread"))
		time.Sleep(time.Second)
		d.Close()
		if _, err := c.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Error("a read of a reset connection:", err)
		}
		a.Close()
		c.Close()
	})
}

func TestDeadlinesPass(t *testing.T) {
	inBubble(t, path(netem.TCPCubic, packet.MSS), 2, func(t *testing.T, n *gonet.Network, h []*gonet.Host, l []*gonet.Listener) {
		a, b := connect(t, h[0], h[1], l[1])
		defer a.Close()
		defer b.Close()
		start := time.Now()
		a.SetDeadline(start.Add(time.Second))
		if _, err := a.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("read:", err)
		}
		within(t, "the deadline", time.Since(start), time.Second, time.Second)
		var timeout net.Error
		_, err := a.Read(make([]byte, 1))
		if !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Errorf("%v is not a timeout", err)
		}
		a.SetDeadline(time.Now().Add(time.Second))
		data := noise(9 << 20)
		k, err := a.Write(data)
		if k == len(data) || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error("write:", k, err)
		}
		a.SetDeadline(time.Time{})
		go func() { a.Write(data[k:]); a.(*gonet.Conn).CloseWrite() }()
		if got, err := io.ReadAll(b); err != nil || !bytes.Equal(got, data) {
			t.Errorf("after a write that was cut short %d of %d bytes arrive; %v", len(got), len(data), err)
		}
	})
}

func TestDialsFail(t *testing.T) {
	inBubble(t, path(netem.TCPCubic, packet.MSS), 3, func(t *testing.T, n *gonet.Network, h []*gonet.Host, l []*gonet.Listener) {
		pending, err := h[0].Dial(t.Context(), "tcp", address(h[1]))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		l[1].Close()
		if _, err := pending.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Error("a connection that was not accepted reads", err)
		}
		pending.Close()
		start := time.Now()
		if _, err := h[0].Dial(t.Context(), "tcp", address(h[1])); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Error("a dial to a closed listener:", err)
		}
		within(t, "the refusal", time.Since(start), 2*latency, 2*latency)
		ctx, cancel := context.WithTimeout(t.Context(), latency/2)
		defer cancel()
		if _, err := h[0].Dial(ctx, "tcp", address(h[2])); !errors.Is(err, context.DeadlineExceeded) {
			t.Error("a dial whose context ends:", err)
		}
		for _, bad := range []string{"10.0.0.9:1", "[::1]:2", "host:80", "10.0.0.1"} {
			if _, err := h[0].Dial(t.Context(), "tcp", bad); err == nil {
				t.Errorf("a dial to %s succeeds", bad)
			}
		}
		if _, err := h[0].Listen(6881); !errors.Is(err, syscall.EADDRINUSE) {
			t.Error("a port is listened at twice:", err)
		}
	})
}

// Both ends know both addresses, and Close of the network ends whatever waits.
func TestAddressesAndShutdown(t *testing.T) {
	inBubble(t, path(netem.Ideal, 16<<10), 2, func(t *testing.T, n *gonet.Network, h []*gonet.Host, l []*gonet.Listener) {
		a, b := connect(t, h[0], h[1], l[1])
		if a.LocalAddr().String() != b.RemoteAddr().String() || b.LocalAddr().String() != a.RemoteAddr().String() ||
			a.RemoteAddr().String() != "10.0.0.2:6881" || a.LocalAddr().(*net.TCPAddr).Port < 32768 {
			t.Errorf("%v to %v is %v from %v", a.LocalAddr(), a.RemoteAddr(), b.LocalAddr(), b.RemoteAddr())
		}
		for _, wait := range []func() error{
			func() error { _, err := a.Read(make([]byte, 1)); return err },
			func() error { _, err := a.Write(make([]byte, 9<<20)); return err },
			func() error { _, err := l[0].Accept(); return err },
		} {
			go func() {
				if err := wait(); !errors.Is(err, net.ErrClosed) {
					t.Error(err)
				}
			}()
		}
		time.Sleep(time.Hour)
	})
}
