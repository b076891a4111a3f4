package live_test

import (
	"bytes"
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/live"
	"swarmsim/client/live/crypt"
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

// content makes a folder of files, and the torrent of it, with pieces of 64 KiB.
func content(t testing.TB, version torrent.Version, announce string, sizes map[string]int) (folder string, meta *torrent.Meta) {
	t.Helper()
	return contentIn(t, version, announce, sizes, 64<<10)
}

func contentIn(t testing.TB, version torrent.Version, announce string, sizes map[string]int, pieceLength int64) (folder string, meta *torrent.Meta) {
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
	meta, err := files.Create(t.Context(), os.DirFS(folder), "content", files.Options{
		Version: version, PieceLength: pieceLength, Trackers: trackers,
	})
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
		if f.Padding() {
			continue
		}
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

// oddFiles are files of lengths that are easily got wrong.
var oddFiles = map[string]int{"a": 1, "empty": 0, "b/ü 長い.bin": 3 << 20, "b/c/d": 100_001, "z": 64 << 10}

// A seed and leechers find each other through a tracker, and every leecher ends with the same files,
// for torrents of all versions (BEP 3, BEP 52).
func TestDownloadThroughTracker(t *testing.T) {
	for _, version := range []torrent.Version{torrent.V1, torrent.V2, torrent.Hybrid} {
		t.Run(version.String(), func(t *testing.T) {
			folder, meta := content(t, version, newTracker(t), oddFiles)
			seed := add(t, newSession(t, nil), meta, live.Options{Folder: folder, ReadOnly: true})
			await(t, seed)
			for range 3 {
				download(t, newSession(t, nil), meta, folder, nil)
			}
		})
	}
}

// add adds a torrent to a session.
func add(t testing.TB, s *live.Session, meta *torrent.Meta, o live.Options) *live.Torrent {
	t.Helper()
	x, err := s.Add(meta, o)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// download downloads a torrent and compares the files with those in a folder.
func download(t testing.TB, s *live.Session, meta *torrent.Meta, folder string, peers []netip.AddrPort) *live.Torrent {
	t.Helper()
	out := t.TempDir()
	x := add(t, s, meta, live.Options{Folder: out})
	x.AddPeers(peers)
	await(t, x)
	equal(t, folder, out, meta)
	return x
}

// Connections are made in every combination of modes of encryption that have a way in common, and in
// no other.
func TestEncryption(t *testing.T) {
	folder, meta := content(t, torrent.V1, "", map[string]int{"a": 200_000})
	modes := []crypt.Mode{crypt.Off, crypt.Preferred, crypt.Required}
	with := func(m crypt.Mode) func(*live.Config) { return func(c *live.Config) { c.Encryption = m } }
	for _, one := range modes {
		server := newSession(t, with(one))
		await(t, add(t, server, meta, live.Options{Folder: folder, ReadOnly: true}))
		for _, other := range modes {
			s := newSession(t, with(other))
			if one+other != crypt.Off+crypt.Required || one == other {
				download(t, s, meta, folder, server.Addrs())
				continue
			}
			x := add(t, s, meta, live.Options{Folder: t.TempDir()})
			x.AddPeers(server.Addrs())
			select {
			case <-x.Done():
				t.Errorf("%v and %v: connected", one, other)
			case <-time.After(500 * time.Millisecond):
			}
		}
	}
}

// Without a tracker peers find each other in the DHT (BEP 5).
func TestDownloadByDHTAlone(t *testing.T) {
	folder, meta := content(t, torrent.V1, "", oddFiles)
	first := newSession(t, func(c *live.Config) { c.DHT, c.Bootstrap = true, []string{} })
	node := []string{netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), first.DHTPort()).String()}
	with := func(ip string) func(*live.Config) {
		return func(c *live.Config) {
			c.Listen = []netip.AddrPort{netip.AddrPortFrom(netip.MustParseAddr(ip), 0)}
			c.DHT, c.Bootstrap, c.NoPEX = true, node, true
		}
	}
	await(t, add(t, newSession(t, with("127.0.0.2")), meta, live.Options{Folder: folder, ReadOnly: true}))
	download(t, newSession(t, with("127.0.0.3")), meta, folder, nil)
}

// A leecher that knows one peer learns of the others from it (BEP 11).
func TestDownloadByPeerExchange(t *testing.T) {
	folder, meta := content(t, torrent.V1, "", oddFiles)
	seed := newSession(t, nil)
	await(t, add(t, seed, meta, live.Options{Folder: folder, ReadOnly: true}))
	middle := newSession(t, func(c *live.Config) { c.DownloadRate = 1000 }) // it has no piece for long
	add(t, middle, meta, live.Options{Folder: t.TempDir()}).AddPeers(seed.Addrs())
	download(t, newSession(t, nil), meta, folder, middle.Addrs())
}

// A magnet link is enough: the description comes from peers (BEP 9), of which the tracker, the DHT or
// the link itself tells.
func TestDownloadByMagnetLink(t *testing.T) {
	announce := newTracker(t)
	for _, version := range []torrent.Version{torrent.V1, torrent.Hybrid} {
		folder, meta := content(t, version, announce, oddFiles)
		seed := newSession(t, nil)
		await(t, add(t, seed, meta, live.Options{Folder: folder, ReadOnly: true}))
		link := meta.Magnet()
		for _, byTracker := range []bool{true, false} {
			if !byTracker {
				link.Trackers, link.Peers = nil, []string{seed.Addrs()[0].String()}
			}
			out := t.TempDir()
			x, err := newSession(t, nil).AddMagnet(link, live.Options{Folder: out})
			if err != nil {
				t.Fatal(err)
			}
			await(t, x)
			equal(t, folder, out, meta)
		}
	}
}

// A web seed (BEP 19) serves the files alone.
func TestDownloadFromWebSeed(t *testing.T) {
	folder, meta := content(t, torrent.V1, "", oddFiles)
	server := httptest.NewServer(http.FileServer(http.Dir(folder)))
	defer server.Close()
	meta.WebSeeds = []string{server.URL + "/"}
	download(t, newSession(t, nil), meta, folder, nil)
}
