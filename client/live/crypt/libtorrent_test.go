package crypt_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os/exec"
	"slices"
	"strings"
	"testing"

	. "swarmsim/client/live/crypt"
)

// libtorrent with forced encryption is dialed and dials, in both cases to the BitTorrent handshake.
func TestLibtorrentForcedEncryption(t *testing.T) {
	const python = "/usr/bin/python3"
	if exec.Command(python, "-c", "import libtorrent").Run() != nil {
		t.Skip("python3-libtorrent is not installed")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	cmd := exec.CommandContext(t.Context(), python, "testdata/forced.py", t.TempDir(), "127.0.0.2", "127.0.0.1", port)
	stdin, _ := cmd.StdinPipe()
	stdout, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer stdin.Close()
	var hash string
	var theirs int
	if _, err := fmt.Fscan(stdout, &hash, &theirs); err != nil {
		t.Fatal(err)
	}
	torrent, err := hex.DecodeString(hash)
	if err != nil {
		t.Fatal(err)
	}
	ours := fmt.Sprintf("\x13BitTorrent protocol%s%s%s", make([]byte, 8), torrent, strings.Repeat("p", 20))
	finish := func(conn net.Conn, info Info, err error) {
		t.Helper()
		if err != nil || info.Method != RC4 || info.InfoHash != [20]byte(torrent) {
			t.Fatalf("%+v, %v", info, err)
		}
		defer conn.Close()
		answer := make([]byte, len(ours))
		if _, err := io.ReadFull(conn, answer); err != nil || string(answer[28:48]) != string(torrent) {
			t.Fatalf("%q, %v", answer, err)
		}
	}

	raw, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	conn, info, err := Accept(t.Context(), raw, Config{Mode: Required}, slices.Values([][20]byte{[20]byte(torrent)}))
	finish(conn, info, err)

	for _, mode := range []Mode{Allowed, Preferred, Required} {
		open := func(ctx context.Context) (net.Conn, error) {
			dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(10+mode))}}
			return dialer.DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.2:%d", theirs))
		}
		conn, info, err = Connect(t.Context(), open, Config{Mode: mode}, [20]byte(torrent), []byte(ours))
		finish(conn, info, err)
	}
}
