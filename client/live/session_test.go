package live_test

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/live"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
	"swarmsim/torrent"
	"swarmsim/torrent/files"
	tracker "swarmsim/tracker/live"
)

// strategies returns those of a scenario's client.
func strategies(t testing.TB, sets ...string) func(*rand.Rand) client.Config {
	t.Helper()
	text := "name: client\ncontent: {size: 1 MiB}\ngroups: [{name: peers, count: 1, link: {up: 1 Mbit/s, down: 1 Mbit/s}}, {name: seed, count: 1, seed: true, link: {up: 1 Mbit/s, down: 1 Mbit/s}}]\n"
	s, err := scenario.Load(scenario.Source{Shown: "client", Text: []byte(text), Catalogue: sim.Catalogue(), Sets: sets})
	if err != nil {
		t.Fatal(err)
	}
	return func(*rand.Rand) client.Config {
		c, err := sim.ClientConfig(&s.Client)
		if err != nil {
			t.Error(err)
		}
		return c
	}
}

// guard is the time after which a test that hangs fails.
const guard = 60 * time.Second

// newSession returns a session at an address of this machine.
func newSession(t testing.TB, change func(*live.Config)) *live.Session {
	t.Helper()
	cfg := live.Config{
		Listen: []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:0")},
		Client: strategies(t),
	}
	if testing.Verbose() {
		cfg.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	if change != nil {
		change(&cfg)
	}
	s, err := live.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), guard)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return s
}

// newTracker returns the announce URL of a tracker in this process.
func newTracker(t testing.TB) string {
	t.Helper()
	s, err := tracker.New(tracker.Config{Listen: []string{"127.0.0.1:0"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.AnnounceURLs()[0]
}

// content makes a folder of files, and the torrent of it.
func content(t testing.TB, announce string, sizes map[string]int) (folder string, meta *torrent.Meta) {
	t.Helper()
	folder = t.TempDir()
	r := rand.NewChaCha8([32]byte{1})
	for name, size := range sizes {
		path := filepath.Join(folder, "content", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		data := make([]byte, size)
		r.Read(data)
		if err := os.WriteFile(path, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var trackers [][]string
	if announce != "" {
		trackers = [][]string{{announce}}
	}
	meta, err := files.Create(t.Context(), os.DirFS(folder), "content", files.Options{PieceLength: 64 << 10, Trackers: trackers})
	if err != nil {
		t.Fatal(err)
	}
	return folder, meta
}

// await waits until a torrent is complete.
func await(t testing.TB, x *live.Torrent) {
	t.Helper()
	select {
	case <-x.Done():
	case <-time.After(guard):
		t.Fatalf("not complete after %v: %+v", guard, x.Stats())
	}
	if err := x.Err(); err != nil {
		t.Fatal(err)
	}
}

// equal fails the test unless two folders have the same files.
func equal(t testing.TB, a, b string, meta *torrent.Meta) {
	t.Helper()
	for _, f := range meta.Files {
		one, err := os.ReadFile(filepath.Join(a, meta.Name, f.Path))
		if err != nil {
			t.Error(err)
		}
		other, err := os.ReadFile(filepath.Join(b, meta.Name, f.Path))
		if err != nil || !bytes.Equal(one, other) {
			t.Errorf("%s differs, %v", f.Path, err)
		}
	}
}

// A seed and leechers find each other through a tracker, and every leecher ends with the same files.
func TestDownloadThroughTracker(t *testing.T) {
	folder, meta := content(t, newTracker(t), map[string]int{
		"a": 1, "empty": 0, "b/ü 長い.bin": 3 << 20, "b/c/d": 100_001, "z": 64 << 10,
	})
	seed, err := newSession(t, nil).Add(meta, live.Options{Folder: folder, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	await(t, seed)
	for range 3 {
		out := t.TempDir()
		leecher, err := newSession(t, nil).Add(meta, live.Options{Folder: out})
		if err != nil {
			t.Fatal(err)
		}
		await(t, leecher)
		equal(t, folder, out, meta)
	}
}
