package live_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"swarmsim/client/live"
	"swarmsim/torrent/files"
)

// BenchmarkTransfer moves content from a seed to a leecher, both in this process, on this machine's
// loopback interface and temporary folder. TRANSFER_MIB sets the size, 64 MiB by default.
func BenchmarkTransfer(b *testing.B) {
	size := 64
	fmt.Sscan(os.Getenv("TRANSFER_MIB"), &size)
	folder := b.TempDir()
	data := make([]byte, size<<20)
	rand.NewChaCha8([32]byte{2}).Read(data)
	if err := os.WriteFile(filepath.Join(folder, "content"), data, 0o666); err != nil {
		b.Fatal(err)
	}
	announce := newTracker(b)
	meta, err := files.Create(b.Context(), os.DirFS(folder), "content", files.Options{PieceLength: 1 << 20, Trackers: [][]string{{announce}}})
	if err != nil {
		b.Fatal(err)
	}
	seed, err := newSession(b, nil).Add(meta, live.Options{Folder: folder, ReadOnly: true})
	if err != nil {
		b.Fatal(err)
	}
	await(b, seed)
	time.Sleep(100 * time.Millisecond) // until the tracker knows it
	b.SetBytes(int64(size) << 20)
	for b.Loop() {
		leecher, err := newSession(b, nil).Add(meta, live.Options{Folder: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		await(b, leecher)
	}
}
