package driver

import (
	"context"
	"crypto/rand"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"swarmsim/torrent/files"
	"swarmsim/tracker/live"
)

// serveTracker serves announces on 127.0.0.1.
func serveTracker(t *testing.T) *live.Server {
	t.Helper()
	s, err := live.New(live.Config{Listen: []string{"127.0.0.1:0"}, NoUDP: true, Interval: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// makeTorrent makes a file of random bytes in a folder, and a private torrent of it.
func makeTorrent(t *testing.T, dir, announce string, size int) (path string) {
	t.Helper()
	data := make([]byte, size)
	rand.Read(data)
	if err := os.WriteFile(filepath.Join(dir, "content"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := files.Create(t.Context(), os.DirFS(dir), "content", files.Options{
		PieceLength: 64 << 10, Private: true, Trackers: [][]string{{announce}},
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(dir, "content.torrent")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// listener returns an address of 127.0.0.0/8 with a free port.
func listener(t *testing.T, ip string) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", ip+":0")
	if err != nil {
		t.Skipf("cannot listen on %s: %v", ip, err)
	}
	defer l.Close()
	return netip.MustParseAddrPort(l.Addr().String())
}

// TestExchange has each client that is installed download from libtorrent, and libtorrent from
// it. With SWARMSIM_PREPARE set, clients that are no Debian packages are installed first.
func TestExchange(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real clients")
	}
	other := Libtorrent{}
	if _, err := other.Installed(t.Context()); err != nil {
		t.Skip(err)
	}
	for _, d := range All() {
		if p, ok := d.(Preparer); ok && os.Getenv("SWARMSIM_PREPARE") != "" {
			if err := p.Prepare(t.Context()); err != nil {
				t.Errorf("%s: %v", d.Name(), err)
			}
		}
		for _, pair := range [][2]Driver{{other, d}, {d, other}} {
			t.Run(pair[0].Name()+" to "+pair[1].Name(), func(t *testing.T) {
				version, err := d.Installed(t.Context())
				if err != nil {
					t.Skip(err)
				}
				t.Logf("%s %s", d.Name(), version)
				exchange(t, pair[0], pair[1])
			})
		}
	}
}

func exchange(t *testing.T, seeder, leecher Driver) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	tracker := serveTracker(t)
	source, copied := t.TempDir(), t.TempDir()
	path := makeTorrent(t, source, tracker.AnnounceURLs()[0], 2<<20+5)
	begin := func(d Driver, folder, ip string, seed bool) *Process {
		work, err := os.MkdirTemp("", "work") // t.TempDir's path is too long for rtorrent's socket
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.RemoveAll(work) })
		j := Job{Torrent: path, Folder: folder, Work: work, Listen: listener(t, ip), Seed: seed}
		if err := d.Check(&j); err != nil {
			t.Skip(err)
		}
		p, err := d.Start(ctx, j)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := p.Stop(context.WithoutCancel(ctx)); err != nil {
				t.Error(err)
			}
		})
		return p
	}
	s := begin(seeder, source, "127.0.0.2", true)
	await(ctx, t, s, s.Done(), "a seed")
	for tracker.Stats().Seeds == 0 {
		if ctx.Err() != nil {
			t.Fatalf("the tracker lists no seed; %s%s", s.client, tail(s.log))
		}
		time.Sleep(20 * time.Millisecond)
	}
	l := begin(leecher, copied, "127.0.0.3", false)
	await(ctx, t, l, l.Done(), "complete")
	want, _ := os.ReadFile(filepath.Join(source, "content"))
	if got, err := os.ReadFile(filepath.Join(copied, "content")); err != nil || string(got) != string(want) {
		t.Errorf("the copy differs: %v", err)
	}
	if p := l.Progress(); p.Have != int64(len(want)) || p.Size != int64(len(want)) {
		t.Errorf("the leecher reports %+v", p)
	}
}

func await(ctx context.Context, t *testing.T, p *Process, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-p.Exited():
		t.Fatal(p.Err())
	case <-ctx.Done():
		t.Fatalf("%s is not %s: %+v%s", p.client, what, p.Progress(), tail(p.log))
	}
}
