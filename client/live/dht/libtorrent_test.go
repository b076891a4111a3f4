package dht

import (
	"context"
	"encoding/hex"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"sync"
	"testing"
	"time"
)

// libtorrent finds a peer that was announced by this node, and this node finds libtorrent.
func TestLibtorrent(t *testing.T) {
	const python = "/usr/bin/python3"
	if exec.Command(python, "-c", "import libtorrent").Run() != nil {
		t.Skip("python3-libtorrent is not installed")
	}
	nodes := network(t, 6)
	infoHash := [20]byte{0xab, 0xcd, 1}
	listener, err := net.Listen("tcp", "127.0.0.3:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	var wait sync.WaitGroup
	defer wait.Wait()
	defer cancel()
	defer context.AfterFunc(ctx, func() { listener.Close() })()
	ours := udpAddrPort(&net.UDPAddr{Port: listener.Addr().(*net.TCPAddr).Port})
	wait.Go(func() { nodes[1].Announce(ctx, infoHash, ours.Port(), func([]netip.AddrPort) {}) })

	bootstrap := nodes[0].config.IPv4.LocalAddr().String()
	cmd := exec.CommandContext(ctx, python, "testdata/downloader.py", t.TempDir(), "127.0.0.40",
		hex.EncodeToString(infoHash[:]), bootstrap)
	stdin, _ := cmd.StdinPipe()
	stdout, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer stdin.Close()
	var port int
	if _, err := fmt.Fscan(stdout, &port); err != nil {
		t.Fatal(err)
	}
	conn, err := listener.Accept()
	if err != nil {
		t.Fatalf("libtorrent did not find the announced peer: %v", err)
	}
	conn.Close()
	for {
		for _, p := range nodes[4].Peers(ctx, infoHash) {
			if p.Addr() == netip.MustParseAddr("127.0.0.40") && int(p.Port()) == port {
				return
			}
		}
		if ctx.Err() != nil {
			t.Fatal("libtorrent was not found")
		}
		time.Sleep(100 * time.Millisecond)
	}
}
