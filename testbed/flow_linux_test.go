package testbed

import (
	"context"
	"io"
	"net/netip"
	"testing"
	"time"

	"swarmsim/testbed/emulator"
	"swarmsim/testbed/netns"
)

// TestFlow sends a stream between two namespaces through the emulator. It cannot be faster than the
// uplink; how close it comes depends on the machine, and is logged.
func TestFlow(t *testing.T) {
	if err := netns.Available(); err != nil {
		t.Skip(err)
	}
	const rate, size = 2e6, 4 << 20
	c := emulator.Config{Latency: func(int, int) time.Duration { return 5 * time.Millisecond }}
	var hosts []*netns.Namespace
	for _, a := range []string{"198.18.0.1/15", "198.18.0.2/15"} {
		n, err := netns.New(netip.MustParsePrefix(a), "cubic")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { n.Close() })
		hosts = append(hosts, n)
		c.Hosts = append(c.Hosts, emulator.Host{
			Addr: netip.MustParsePrefix(a).Addr(), FD: n.TUN(), Up: rate, Down: 4 * rate, UpQueue: 64 << 10, DownQueue: 256 << 10,
		})
	}
	p, err := emulator.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	l, err := hosts[1].Listen("tcp4", "198.18.0.2:7000")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute) // a guard against hanging
	defer cancel()
	context.AfterFunc(ctx, func() { l.Close() })
	sent := make(chan error, 1)
	start := time.Now()
	go func() {
		conn, err := hosts[0].Dial(ctx, "tcp4", "198.18.0.2:7000")
		if err == nil {
			_, err = conn.Write(make([]byte, size))
			conn.Close()
		}
		sent <- err
	}()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if n, err := io.Copy(io.Discard, conn); n != size || err != nil {
		t.Fatalf("%d of %d bytes arrived: %v", n, size, err)
	}
	took := time.Since(start)
	if err := <-sent; err != nil {
		t.Error(err)
	}
	payload := 1448. / 1500
	if fastest := time.Duration(size / (rate * payload) * float64(time.Second)); took < fastest {
		t.Errorf("%d bytes took %v; the uplink needs %v", size, took, fastest)
	}
	s, err := p.Stats()
	if err != nil || s.Hosts[0].SentBytes < size || s.Hosts[1].ReceivedBytes < size {
		t.Errorf("%+v, %v", s, err)
	}
	t.Logf("%.1f %% of the uplink carried content; lateness %+v", 100*size/rate/took.Seconds(), s.Lateness)
}
