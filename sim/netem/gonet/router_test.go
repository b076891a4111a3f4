package gonet_test

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/sim/netem/gonet"
	"swarmsim/sim/netem/packet"
)

// Two senders behind a router share its line, and get its rate together.
func TestHostsBehindARouterShareItsLine(t *testing.T) {
	n := path(netem.TCPCubic, packet.MSS)
	n.RouterOf = func(h engine.HostID) (engine.HostID, bool) { return 4, h >= 2 }
	synctest.Test(t, func(t *testing.T) {
		network := gonet.New(gonet.Config{Net: n, Shortest: time.Millisecond, Longest: latency})
		defer network.Close()
		var hosts []*gonet.Host
		for i := range 4 {
			hosts = append(hosts, network.Host(netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), link))
		}
		lane := netem.Lane{BytesPerSec: 500e3, QueueBytes: 64 << 10}
		if id := network.Router(time.Millisecond, lane, lane); id != 4 {
			t.Fatalf("the router is number %d", id)
		}
		data := noise(2 << 20)
		start := time.Now()
		var running sync.WaitGroup
		for i := range 2 {
			l, err := hosts[i].Listen(6881)
			if err != nil {
				t.Fatal(err)
			}
			a, b := connect(t, hosts[i+2], hosts[i], l)
			go func() { a.Write(data); a.Close() }()
			running.Go(func() { receive(t, b, data) })
		}
		running.Wait()
		both := time.Duration(2 * float64(len(data)) / payloadRate * 2 * 1e9)
		within(t, "4 MiB through 500 kB/s", time.Since(start), both*99/100, both*110/100)
	})
}

// The other end of a host that is off hears nothing, until it writes and gives up.
func TestAHostThatIsOffIsSilent(t *testing.T) {
	inBubble(t, path(netem.TCPCubic, packet.MSS), 2, func(t *testing.T, n *gonet.Network, h []*gonet.Host, l []*gonet.Listener) {
		a, b := connect(t, h[0], h[1], l[1])
		go io.Copy(io.Discard, b)
		h[1].Off()
		a.SetReadDeadline(time.Now().Add(time.Hour))
		var timeout net.Error
		if _, err := a.Read(make([]byte, 1)); !errors.As(err, &timeout) || !timeout.Timeout() {
			t.Error("a read from a host that is off:", err)
		}
		if _, err := b.Write([]byte{1}); err == nil {
			t.Error("a host that is off writes")
		}
		a.Close()
	})
}
