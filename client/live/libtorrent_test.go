package live_test

import (
	"context"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"swarmsim/client/live"
	"swarmsim/testbed/driver"
	"swarmsim/torrent"
)

// startLibtorrent starts libtorrent at an address of this machine, and skips the test where it is missing.
func startLibtorrent(t *testing.T, job driver.Job) *driver.Process {
	t.Helper()
	d := driver.Libtorrent{}
	if testing.Short() {
		t.Skip("starts a real client")
	}
	if _, err := d.Installed(t.Context()); err != nil {
		t.Skip(err)
	}
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip(err)
	}
	l.Close()
	job.Listen, job.Work = l.Addr().(*net.TCPAddr).AddrPort(), t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), 2*guard)
	t.Cleanup(cancel)
	p, err := d.Start(ctx, job)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop(context.WithoutCancel(ctx)) })
	return p
}

// completes reports whether libtorrent completes a download.
func completes(t *testing.T, job driver.Job) bool {
	p := startLibtorrent(t, job)
	defer p.Stop(context.WithoutCancel(t.Context()))
	select {
	case <-p.Done():
		return true
	case <-p.Exited():
		t.Log(p.Err())
	case <-time.After(20 * time.Second):
		t.Logf("not complete: %+v", p.Progress())
	}
	return false
}

// large has a layer that takes several requests in pieces of 32 KiB, and files that end within a block.
var large = map[string]int{"large": 600*32<<10 + 7, "two": 64 << 10, "one": 5, "empty": 0, "d/five": 5*32<<10 - 1}

// libtorrent has the piece layers of a magnet link from us, and we have them from libtorrent (BEP 52).
//
// libtorrent 2.0.8 has two faults with hybrids, which this test stays clear of. When the tracker's answer
// for the second info hash names a peer to which it has just connected for the first, it refuses the
// peer's handshake. And where a piece is one block (16 KiB), layers that come during the download make it
// stop with "v1 and v2 hashes do not describe the same data", or crash; with larger pieces that is rare,
// and the download is tried again.
func TestLayersWithLibtorrent(t *testing.T) {
	for _, version := range []torrent.Version{torrent.V2, torrent.Hybrid} {
		for _, only := range []string{"both", "v2 only"} {
			if only == "v2 only" && version == torrent.V2 {
				continue
			}
			link := func(m *torrent.Meta) *torrent.Magnet {
				l := m.Magnet()
				if only == "v2 only" {
					l.InfoHashV1 = [20]byte{}
				}
				return l
			}
			t.Run(version.String()+" "+only+" to libtorrent", func(t *testing.T) {
				folder, meta := contentIn(t, version, "", large, 32<<10)
				seed := newSession(t, func(c *live.Config) { c.Listen = []netip.AddrPort{netip.MustParseAddrPort("127.0.0.3:0")} })
				await(t, add(t, seed, meta, live.Options{Folder: folder, ReadOnly: true}))
				out, l := t.TempDir(), link(meta)
				l.Peers = []string{seed.Addrs()[0].String()}
				for tries := 1; !completes(t, driver.Job{Torrent: l.String(), Folder: out}); tries++ {
					if tries == 3 {
						t.Fatal("libtorrent does not complete")
					}
				}
				equal(t, folder, out, meta)
			})
			t.Run(version.String()+" "+only+" from libtorrent", func(t *testing.T) {
				folder, meta := contentIn(t, version, newTracker(t), large, 32<<10)
				text, err := meta.Encode()
				if err != nil {
					t.Fatal(err)
				}
				path := filepath.Join(t.TempDir(), "a.torrent")
				if err := os.WriteFile(path, text, 0o666); err != nil {
					t.Fatal(err)
				}
				startLibtorrent(t, driver.Job{Torrent: path, Folder: folder, Seed: true})
				leecher := newSession(t, func(c *live.Config) { c.Listen = []netip.AddrPort{netip.MustParseAddrPort("127.0.0.3:0")} })
				x := addMagnet(t, leecher, link(meta), meta, folder, nil)
				if missing := x.Meta().MissingLayers(); len(missing) > 0 {
					t.Errorf("the layers of the files %v are missing", missing)
				}
			})
		}
	}
}
