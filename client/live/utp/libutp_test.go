//go:build cgo && libutp

package utp

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"swarmsim/client/live/dht"
)

func listen(t *testing.T, address string) Socket {
	t.Helper()
	s, err := Listen(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func address(s Socket) netip.AddrPort { return s.Addr().(*net.UDPAddr).AddrPort() }

func TestStream(t *testing.T) {
	before := runtime.NumGoroutine()
	a, b := listen(t, "127.0.0.2:0"), listen(t, "127.0.0.3:0")
	sent := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	result := make(chan error, 1)
	go func() {
		conn, err := b.Accept()
		if err != nil {
			result <- err
			return
		}
		got := make([]byte, len(sent))
		if _, err = io.ReadFull(conn, got); err == nil && !bytes.Equal(got, sent) {
			err = errors.New("other bytes arrived")
		}
		if err == nil {
			_, err = conn.Write([]byte("done"))
		}
		result <- err
	}()
	conn, err := a.DialContext(t.Context(), address(b))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(sent); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 4)); err != nil {
		t.Fatal(err)
	}
	if err := <-result; err != nil {
		t.Fatal(err)
	}
	conn.Close()
	a.Close()
	b.Close()
	if _, err := b.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	for deadline := time.Now().Add(time.Minute); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

// Packets of the DHT share the port.
func TestOtherPackets(t *testing.T) {
	a, b := listen(t, "127.0.0.2:0"), listen(t, "127.0.0.3:0")
	if _, err := a.Packets().WriteTo([]byte("d1:y1:qe"), b.Addr()); err != nil {
		t.Fatal(err)
	}
	buffer := make([]byte, 100)
	n, from, err := b.Packets().ReadFrom(buffer)
	if err != nil || string(buffer[:n]) != "d1:y1:qe" || from.String() != a.Addr().String() {
		t.Fatalf("%q from %v, %v", buffer[:n], from, err)
	}
	b.Close()
	if _, _, err := b.Packets().ReadFrom(buffer); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
}

// Two nodes of the DHT run on the ports of uTP sockets.
func TestDHTOnTheSamePort(t *testing.T) {
	before := runtime.NumGoroutine()
	a, b := listen(t, "127.0.0.2:0"), listen(t, "127.0.0.3:0")
	var nodes []*dht.Node
	for _, s := range []Socket{a, b} {
		node, err := dht.New(dht.Config{IPv4: s.Packets(), ImpliedPort: true})
		if err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, node)
	}
	nodes[0].AddNode(address(b))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	var wait sync.WaitGroup
	wait.Go(func() { nodes[0].Announce(ctx, [20]byte{1}, 1, func([]netip.AddrPort) {}) })
	for !slices.Contains(nodes[1].Peers(ctx, [20]byte{1}), address(a)) {
		if ctx.Err() != nil {
			t.Fatalf("the peer was not found: %+v, %+v", nodes[0].Stats(), nodes[1].Stats())
		}
		time.Sleep(10 * time.Millisecond)
	}
	cancel()
	wait.Wait()
	for i, s := range []Socket{a, b} {
		nodes[i].Close()
		s.Close()
	}
	for deadline := time.Now().Add(time.Minute); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}

func TestDialEndsWithItsContext(t *testing.T) {
	silent, err := net.ListenPacket("udp", "127.0.0.4:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = listen(t, "127.0.0.2:0").DialContext(ctx, silent.LocalAddr().(*net.UDPAddr).AddrPort())
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

// A libtorrent seed without TCP dials and is dialed, in both cases to the BitTorrent handshake.
func TestLibtorrent(t *testing.T) {
	const python = "/usr/bin/python3"
	if exec.Command(python, "-c", "import libtorrent").Run() != nil {
		t.Skip("python3-libtorrent is not installed")
	}
	s := listen(t, "127.0.0.2:0")
	cmd := exec.CommandContext(t.Context(), python, "testdata/seed.py", t.TempDir(), "127.0.0.5",
		"127.0.0.2", fmt.Sprint(address(s).Port()))
	stdin, _ := cmd.StdinPipe()
	stdout, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer stdin.Close()
	var hash string
	var port uint16
	if _, err := fmt.Fscan(stdout, &hash, &port); err != nil {
		t.Fatal(err)
	}
	infoHash, _ := hex.DecodeString(hash)
	handshake := func(conn net.Conn, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(time.Minute))
		fmt.Fprintf(conn, "\x13BitTorrent protocol%s%s%s", make([]byte, 8), infoHash, strings.Repeat("p", 20))
		answer := make([]byte, 68)
		if _, err := io.ReadFull(conn, answer); err != nil || !bytes.Equal(answer[28:48], infoHash) {
			t.Fatalf("%q, %v", answer, err)
		}
	}
	handshake(s.Accept())
	other := listen(t, "127.0.0.6:0")
	handshake(other.DialContext(t.Context(), netip.AddrPortFrom(netip.MustParseAddr("127.0.0.5"), port)))
}
