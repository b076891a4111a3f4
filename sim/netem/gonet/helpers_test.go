package gonet_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/sim/netem/gonet"
	"swarmsim/sim/netem/packet"
)

const (
	latency    = 25 * time.Millisecond
	resolution = gonet.DefaultResolution
)

// path returns a network's properties: the latency and a transport.
func path(transport netem.Transport, segment uint32) *netem.Net {
	return &netem.Net{
		Transport: transport, Segment: segment, Window: 4 << 20,
		Delay: func(_, _ engine.HostID) time.Duration { return latency },
	}
}

// transports are the networks that every property of a stream is tried on.
func transports() map[string]*netem.Net {
	lossy := path(netem.TCPCubic, packet.MSS)
	lossy.Loss, lossy.Jitter = 0.01, 5*time.Millisecond
	return map[string]*netem.Net{
		"ideal":        path(netem.Ideal, 16<<10),
		"ideal-packet": path(netem.Ideal, packet.MSS),
		"cubic":        path(netem.TCPCubic, packet.MSS),
		"cubic-block":  path(netem.TCPCubic, 16<<10),
		"reno":         path(netem.TCPReno, packet.MSS),
		"utp":          path(netem.UTP, packet.MSS),
		"lossy":        lossy,
	}
}

var link = netem.Link{UpBytesPerSec: 1e6, DownBytesPerSec: 4e6, UpQueueBytes: 64 << 10, DownQueueBytes: 256 << 10}

// inBubble runs a test in virtual time with some hosts that listen at port 6881. The bubble fails the
// test if a goroutine is left.
func inBubble(t *testing.T, n *netem.Net, hosts int, f func(t *testing.T, n *gonet.Network, h []*gonet.Host, l []*gonet.Listener)) {
	synctest.Test(t, func(t *testing.T) {
		n := gonet.New(gonet.Config{Net: n, Shortest: latency, Longest: latency})
		defer n.Close()
		var hs []*gonet.Host
		var ls []*gonet.Listener
		for i := range hosts {
			h := n.Host(netip.AddrFrom4([4]byte{10, 0, 0, byte(i + 1)}), link)
			l, err := h.Listen(6881)
			if err != nil {
				t.Fatal(err)
			}
			hs, ls = append(hs, h), append(ls, l)
		}
		f(t, n, hs, ls)
	})
}

// onAll runs a test on all transports.
func onAll(t *testing.T, hosts int, f func(t *testing.T, n *gonet.Network, h []*gonet.Host, l []*gonet.Listener)) {
	for name, n := range transports() {
		t.Run(name, func(t *testing.T) { inBubble(t, n, hosts, f) })
	}
}

func address(h *gonet.Host) string { return fmt.Sprintf("%v:6881", h.Addr()) }

func connect(t *testing.T, from, to *gonet.Host, l *gonet.Listener) (dialed, accepted net.Conn) {
	t.Helper()
	dialed, err := from.Dial(t.Context(), "tcp", address(to))
	if err != nil {
		t.Fatal(err)
	}
	if accepted, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	return dialed, accepted
}

// noise returns random bytes.
func noise(n int) []byte {
	b := make([]byte, n)
	rand.NewChaCha8([32]byte{1}).Read(b)
	return b
}

// receive reads until the end, compares, and returns the time.
func receive(t *testing.T, c net.Conn, want []byte) time.Time {
	t.Helper()
	got, err := io.ReadAll(c)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("read %d of %d bytes, or others; %v", len(got), len(want), err)
	}
	c.Close()
	return time.Now()
}

// within fails unless a duration is between two bounds.
func within(t *testing.T, what string, got, low, high time.Duration) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%s took %v, want %v to %v", what, got, low, high)
	}
}
