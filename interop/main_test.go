package interop

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"sync/atomic"
	"testing"
)

var (
	full      = flag.Bool("full", false, "exchange with every feature that the table lists")
	tablePath = flag.String("table", "", "`file` to write the table of what was exchanged to")
	only      = flag.String("client", "", "`name` of the one client to exchange with")
)

// isolated says whether the test has a network namespace of its own.
var isolated bool

func TestMain(m *testing.M) {
	flag.Parse()
	if !given("test.parallel") {
		flag.Set("test.parallel", "6") // exchanges wait for each other's clients most of the time
	}
	code, again, err := enterNamespace()
	if again {
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(code)
	}
	isolated = err == nil
	if err != nil {
		fmt.Fprintf(os.Stderr, "interop: peers have addresses in 127.0.0.0/8: %v\n", err)
	}
	code = m.Run()
	if *tablePath != "" {
		if err := writeTable(*tablePath); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

func given(name string) (yes bool) {
	flag.Visit(func(f *flag.Flag) { yes = yes || f.Name == name })
	return yes
}

var lastAddress, lastPort atomic.Uint32

// newAddress returns an address that no other peer of the test has.
func newAddress() netip.Addr {
	n := lastAddress.Add(1) - 1
	host := [2]byte{byte(1 + n/250), byte(1 + n%250)}
	if isolated {
		return netip.AddrFrom4([4]byte{10, 77, host[0], host[1]})
	}
	return netip.AddrFrom4([4]byte{127, 0, host[0], host[1]})
}

// sharedAddress is the source of connections that are not bound, and that of packets of sockets that
// are bound to no address.
func sharedAddress() netip.Addr {
	if isolated {
		return netip.MustParseAddr("10.77.0.1")
	}
	return netip.MustParseAddr("127.0.0.1")
}

// newPort returns a port of sharedAddress.
func newPort() uint16 { return uint16(20_000 + lastPort.Add(1)) }

// newListener returns an address for a client to listen at.
func newListener(client string) netip.AddrPort {
	if unboundPrograms[client] {
		return netip.AddrPortFrom(sharedAddress(), newPort())
	}
	return netip.AddrPortFrom(newAddress(), 6881)
}
