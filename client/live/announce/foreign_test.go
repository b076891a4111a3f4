package announce

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	httpserver "github.com/anacrolix/torrent/tracker/http/server"
	"github.com/anacrolix/torrent/tracker/server"
	"github.com/anacrolix/torrent/tracker/udp"
	udpserver "github.com/anacrolix/torrent/tracker/udp/server"
)

// testSwarm announces two peers to a tracker: the second one must be told of the first.
func testSwarm(t *testing.T, rawURL string) {
	t.Helper()
	hash := [20]byte{1, 2, 3}
	seed := open(t, rawURL, Options{Local: netip.MustParseAddr("127.0.0.8")})
	leecher := open(t, rawURL, Options{Local: loopback7})
	ctx := guard(t)
	if _, err := seed.Announce(ctx, Request{InfoHash: hash, PeerID: [20]byte{8}, Port: 6888, Event: Started, NumWant: 50}); err != nil {
		t.Fatal(err)
	}
	r, err := leecher.Announce(ctx, Request{InfoHash: hash, PeerID: [20]byte{7}, Port: 6887, Left: 100, Event: Started, NumWant: 50})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(r.Peers, netip.MustParseAddrPort("127.0.0.8:6888")) {
		t.Errorf("the seed is not among %v", r.Peers)
	}
	for _, event := range []Event{Completed, Stopped} {
		if _, err := leecher.Announce(ctx, Request{InfoHash: hash, PeerID: [20]byte{7}, Port: 6887, Event: event, NumWant: 0}); err != nil {
			t.Errorf("%v: %v", event, err)
		}
	}
}

// memoryTracker keeps the peers of the anacrolix tracker's handlers.
type memoryTracker struct {
	mu    sync.Mutex
	peers []trackerServer.PeerInfo
}

func (m *memoryTracker) TrackAnnounce(_ context.Context, _ udp.AnnounceRequest, addr trackerServer.AnnounceAddr) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.peers = append(m.peers, trackerServer.PeerInfo{AnnounceAddr: addr})
	return nil
}

func (m *memoryTracker) Scrape(context.Context, []trackerServer.InfoHash) ([]udp.ScrapeInfohashResult, error) {
	return nil, nil
}

func (m *memoryTracker) GetPeers(context.Context, trackerServer.InfoHash, trackerServer.GetPeersOpts,
	trackerServer.AnnounceAddr) trackerServer.ServerAnnounceResult {
	m.mu.Lock()
	defer m.mu.Unlock()
	return trackerServer.ServerAnnounceResult{Peers: slices.Clone(m.peers)}
}

// connections remembers the connection ids of the anacrolix UDP tracker.
type connections struct{ ids sync.Map }

func (c *connections) Add(_ context.Context, addr string, id udp.ConnectionId) error {
	c.ids.Store(fmt.Sprint(addr, id), true)
	return nil
}

func (c *connections) Check(_ context.Context, addr string, id udp.ConnectionId) (bool, error) {
	_, ok := c.ids.Load(fmt.Sprint(addr, id))
	return ok, nil
}

func TestAnacrolixHTTPTracker(t *testing.T) {
	s := httptest.NewServer(httpserver.Handler{Announce: &trackerServer.AnnounceHandler{AnnounceTracker: &memoryTracker{}}})
	defer s.Close()
	testSwarm(t, s.URL+"/announce")
}

func TestAnacrolixUDPTracker(t *testing.T) {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &udpserver.Server{
		ConnTracker: &connections{}, Announce: &trackerServer.AnnounceHandler{AnnounceTracker: &memoryTracker{}},
		SendResponse: func(_ context.Context, data []byte, addr net.Addr) (int, error) { return conn.WriteTo(data, addr) },
	}
	var done sync.WaitGroup
	done.Go(func() { udpserver.RunSimple(t.Context(), s, conn, udp.AddrFamilyIpv4) })
	defer done.Wait()
	defer conn.Close()
	testSwarm(t, "udp://"+conn.LocalAddr().String()+"/announce")
}

// TestOpentracker needs Debian's package opentracker, which is built with an allow list.
func TestOpentracker(t *testing.T) {
	program, err := exec.LookPath("opentracker")
	if err != nil {
		t.Skip("opentracker is not installed")
	}
	dir := t.TempDir()
	os.Chmod(filepath.Dir(dir), 0o755) // it runs as another user
	os.Chmod(dir, 0o755)
	hash := fmt.Sprintf("%x\n", [20]byte{1, 2, 3})
	if err := os.WriteFile(filepath.Join(dir, "white"), []byte(hash), 0o644); err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	exited := run(t, program, "-d", dir, "-w", "/white", "-i", "127.0.0.1", "-p", port, "-P", port)
	for _, scheme := range []string{"http", "udp"} {
		u := scheme + "://127.0.0.1:" + port + "/announce"
		await(t, u, exited)
		testSwarm(t, u)
		stats, err := open(t, u, Options{Local: loopback7}).Scrape(guard(t), [20]byte{1, 2, 3})
		if err != nil || stats[[20]byte{1, 2, 3}].Complete != 1 {
			t.Errorf("%s scrape: got %v, %v", scheme, stats, err)
		}
	}
}

// TestNPMTracker needs npm's bittorrent-tracker, in a folder that NODE_PATH names.
func TestNPMTracker(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed")
	}
	matches, _ := filepath.Glob(filepath.Join(os.Getenv("NODE_PATH"), "bittorrent-tracker", "bin", "cmd.js"))
	if os.Getenv("NODE_PATH") == "" || len(matches) == 0 {
		t.Skip("bittorrent-tracker is not installed")
	}
	port := freePort(t)
	exited := run(t, node, matches[0], "--port", port, "--http", "--udp", "--http-hostname", "127.0.0.1")
	for _, scheme := range []string{"http", "udp"} {
		u := scheme + "://127.0.0.1:" + port + "/announce"
		await(t, u, exited)
		testSwarm(t, u)
	}
}

// run runs a program until the end of the test. The channel is closed when it exits.
func run(t *testing.T, program string, args ...string) <-chan struct{} {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	c := exec.CommandContext(ctx, program, args...)
	c.Stdout, c.Stderr = io.Discard, io.Discard
	if err := c.Start(); err != nil {
		cancel()
		t.Fatal(err)
	}
	exited := make(chan struct{})
	go func() {
		defer close(exited)
		c.Wait()
	}()
	t.Cleanup(func() {
		cancel()
		<-exited
	})
	return exited
}

// freePort returns a port that nothing uses at the moment.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}

// await waits until a tracker answers, as long as its program runs.
func await(t *testing.T, rawURL string, exited <-chan struct{}) {
	t.Helper()
	tracker := open(t, rawURL, Options{Local: loopback7, Retransmit: 50 * time.Millisecond, Timeout: 5 * time.Second})
	for {
		_, err := tracker.Announce(guard(t), Request{InfoHash: [20]byte{1, 2, 3}, Left: 1, Port: 1})
		if err == nil {
			return
		}
		select {
		case <-exited:
			t.Fatalf("%s: the program has exited: %v", rawURL, err)
		case <-time.After(50 * time.Millisecond):
		}
		if t.Context().Err() != nil {
			return
		}
	}
}
