//go:build unix

package storage

import (
	"context"
	"crypto/sha1"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/torrent"
)

// The benchmarks move 1 GiB in pieces of 1 MiB and report the processor time of the whole process. Set
// STORAGE_BENCH to a folder on a tmpfs, such as /dev/shm.
const benchBytes = 1 << 30

// benchFolder returns a folder that is removed afterwards.
func benchFolder(b *testing.B) string {
	folder, err := os.MkdirTemp(os.Getenv("STORAGE_BENCH"), "storage")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measure reports the processor time of a function per GiB.
func measure(b *testing.B, f func()) {
	b.SetBytes(benchBytes)
	before := cpuTime()
	for b.Loop() {
		f()
	}
	b.ReportMetric((cpuTime()-before).Seconds()/float64(b.N), "cpu-s/GiB")
}

// benchTorrent is a torrent all of whose pieces are the same.
func benchTorrent() (*torrent.Meta, []byte) {
	piece := make([]byte, 1<<20)
	_, _ = rand.NewChaCha8([32]byte{2}).Read(piece)
	sum := sha1.Sum(piece)
	var hashes []byte
	for range benchBytes / len(piece) {
		hashes = append(hashes, sum[:]...)
	}
	return &torrent.Meta{
		Version: torrent.V1, Name: "content", PieceLength: 1 << 20, Length: benchBytes, Hashes: hashes,
		Files: []torrent.File{{Path: "content", Length: benchBytes}}, Single: true,
	}, piece
}

// BenchmarkPlain is the bound: each piece is copied, hashed and written by one call, in one goroutine.
func BenchmarkPlain(b *testing.B) {
	_, piece := benchTorrent()
	folder, buffer := benchFolder(b), make([]byte, len(piece))
	measure(b, func() {
		f, err := os.Create(filepath.Join(folder, "content"))
		if err != nil {
			b.Fatal(err)
		}
		for i := range benchBytes / len(piece) {
			for at := 0; at < len(piece); at += BlockSize { // as a socket reader receives it
				copy(buffer[at:], piece[at:at+BlockSize])
			}
			_ = sha1.Sum(buffer)
			if _, err := f.WriteAt(buffer, int64(i)*int64(len(piece))); err != nil {
				b.Fatal(err)
			}
		}
		_ = f.Close()
	})
}

func BenchmarkWrite(b *testing.B) {
	for _, order := range []string{"in order", "shuffled", "8 pieces at once"} {
		b.Run(order, func(b *testing.B) { benchmarkWrite(b, order) })
	}
}

func benchmarkWrite(b *testing.B, order string) {
	content, piece := benchTorrent()
	folder := benchFolder(b)
	pool := NewPool(Limits{})
	defer pool.Close()
	r := rand.New(rand.NewPCG(1, 1))
	measure(b, func() {
		s, verified := benchOpen(b, pool, content, folder)
		n := 1
		if order == "8 pieces at once" {
			n = 8
		}
		for first := 0; first < content.Pieces(); first += n {
			blocks := make([]int, len(piece)/BlockSize)
			for i := range blocks {
				blocks[i] = i
			}
			if order == "shuffled" {
				r.Shuffle(len(blocks), func(i, k int) { blocks[i], blocks[k] = blocks[k], blocks[i] })
			}
			for _, i := range blocks {
				for k := range n {
					data, err := pool.Received.Acquire(context.Background())
					if err != nil {
						b.Fatal(err)
					}
					copy(data, piece[i*BlockSize:])
					s.Write(uint32(first+k), uint32(i*BlockSize), data)
				}
			}
			for k := range n {
				s.Verify(uint32(first + k))
			}
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		if n := verified.Load(); int(n) != content.Pieces() {
			b.Fatalf("%d pieces verified", n)
		}
		_ = os.RemoveAll(folder)
	})
}

// benchOpen opens a store, and counts verified pieces.
func benchOpen(b *testing.B, pool *Pool, content *torrent.Meta, folder string) (*Store, *atomic.Int64) {
	verified := new(atomic.Int64)
	s, err := Open(pool, content, Options{Folder: folder, Done: func(r Result) {
		if r.Kind == PieceVerified && r.OK {
			verified.Add(1)
		}
	}})
	if err == nil {
		_, err = s.Resume(context.Background(), nil)
	}
	if err != nil {
		b.Fatal(err)
	}
	return s, verified
}

// benchSeed writes the content, and opens a store that reads it. Results are passed to done.
func benchSeed(b *testing.B, done func(Result)) (*Pool, *Store) {
	content, piece := benchTorrent()
	folder := benchFolder(b)
	f, err := os.Create(filepath.Join(folder, "content"))
	for range content.Pieces() {
		if err == nil {
			_, err = f.Write(piece)
		}
	}
	if err != nil {
		b.Fatal(err)
	}
	_ = f.Close()
	pool := NewPool(Limits{})
	s, err := Open(pool, content, Options{Folder: folder, ReadOnly: true, Done: done})
	if err == nil {
		_, err = s.Resume(context.Background(), nil)
	}
	if err != nil {
		b.Fatal(err)
	}
	return pool, s
}

// BenchmarkRead reads with 1, 8 and 64 requests outstanding, and copies each block, as a socket does.
func BenchmarkRead(b *testing.B) {
	for _, depth := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(depth, " outstanding"), func(b *testing.B) {
			results := make(chan Result, depth)
			pool, s := benchSeed(b, func(r Result) { results <- r })
			sink := make([]byte, BlockSize)
			measure(b, func() {
				asked, got := 0, 0
				for got < benchBytes/BlockSize {
					for asked < benchBytes/BlockSize && asked-got < depth {
						s.Read(client.BlockRef{Index: uint32(asked / 64), Begin: uint32(asked % 64 * BlockSize), Length: BlockSize})
						asked++
					}
					r := <-results
					copy(sink, r.Data)
					pool.Read.Release(r.Data)
					got++
				}
			})
			_ = s.Close()
			pool.Close()
		})
	}
}

// BenchmarkCheck hashes what is on disk.
func BenchmarkCheck(b *testing.B) {
	pool, s := benchSeed(b, func(Result) {})
	measure(b, func() {
		if _, err := s.Check(context.Background(), nil); err != nil {
			b.Fatal(err)
		}
	})
	_ = s.Close()
	pool.Close()
}
