package netns

import (
	"net"
	"net/netip"
	"os/exec"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func namespace(t *testing.T, address string) *Namespace {
	t.Helper()
	if err := Available(); err != nil {
		t.Skip(err)
	}
	n, err := New(netip.MustParsePrefix(address), "reno")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

// What a namespace sends is read from its device, with its address as the source.
func TestPacketsLeaveByTheDevice(t *testing.T) {
	n := namespace(t, "198.18.0.1/15")
	err := n.Do(func() error {
		c, err := net.Dial("udp4", "198.18.0.2:9")
		if err != nil {
			return err
		}
		defer c.Close()
		_, err = c.Write([]byte("hello"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	packet := make([]byte, MTU)
	for range 1000 {
		size, err := unix.Read(n.TUN(), packet)
		if err != nil {
			time.Sleep(time.Millisecond)
			continue
		}
		if packet[0]>>4 != 4 { // IPv6 router solicitations
			continue
		}
		if string(packet[12:20]) != "\xc6\x12\x00\x01\xc6\x12\x00\x02" || !strings.HasSuffix(string(packet[:size]), "hello") {
			t.Errorf("the packet is % x", packet[:size])
		}
		return
	}
	t.Error("no packet came")
}

// Namespaces do not see each other's listeners, and a process is in the one that it starts in.
func TestNamespacesAreApart(t *testing.T) {
	a, b := namespace(t, "198.18.0.1/15"), namespace(t, "198.18.0.2/15")
	l, err := a.Listen("tcp4", "127.0.0.1:7000")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if c, err := a.Dial(t.Context(), "tcp4", "127.0.0.1:7000"); err != nil {
		t.Error(err)
	} else {
		c.Close()
	}
	if c, err := b.Dial(t.Context(), "tcp4", "127.0.0.1:7000"); err == nil {
		c.Close()
		t.Error("one namespace reaches another's loopback device")
	}
	var out strings.Builder
	cmd := exec.Command("cat", "/proc/net/fib_trie")
	cmd.Stdout = &out
	if err := b.Spawn(cmd); err != nil {
		t.Skip(err)
	}
	cmd.Wait()
	if !strings.Contains(out.String(), "198.18.0.2") || strings.Contains(out.String(), "198.18.0.1") {
		t.Errorf("the process has the addresses\n%s", out.String())
	}
}

// A connection has the congestion control of the route.
func TestCongestionControl(t *testing.T) {
	n := namespace(t, "198.18.0.1/15")
	err := n.Do(func() error {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK, 0)
		if err != nil {
			return err
		}
		defer unix.Close(fd)
		unix.Connect(fd, &unix.SockaddrInet4{Port: 9, Addr: [4]byte{198, 18, 0, 2}})
		name, err := unix.GetsockoptString(fd, unix.IPPROTO_TCP, unix.TCP_CONGESTION)
		if name != "reno" {
			t.Errorf("the congestion control is %q", name)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestUnknownCongestionControl(t *testing.T) {
	if err := Available(); err != nil {
		t.Skip(err)
	}
	n, err := New(netip.MustParsePrefix("198.18.0.1/15"), "nosuch")
	if err == nil {
		n.Close()
		t.Fatal("a namespace with an unknown congestion control")
	}
	if !strings.Contains(err.Error(), "nosuch") {
		t.Error(err)
	}
}
