package storage

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"swarmsim/client"
	"swarmsim/torrent"
)

// A torrent of thousands of files, and many torrents, need few open files.
func TestOpenFilesAreLimited(t *testing.T) {
	var files []torrent.File
	for i := range 2000 {
		files = append(files, torrent.File{Path: fmt.Sprintf("%d/%d", i%7, i), Length: int64(i % 97)})
	}
	m, folder := makeTorrent(16<<10, files...), t.TempDir()
	pool := newPool(t, Limits{OpenFiles: 10})
	e := open(t, pool, m, Options{Folder: folder})
	for piece := range m.Pieces() {
		e.download(piece, piece+1)
		if n := pool.handles.count(); n > 10 {
			t.Fatalf("%d files are open", n)
		}
	}
	e.readAll()
	m.compare(t, folder, nil)
	e.close()
	e.reopen()
	if n := count(e.Verified(), m.Pieces()); n != m.Pieces() {
		t.Errorf("%d pieces verified", n)
	}
}

func TestManyTorrents(t *testing.T) {
	torrents := 1000
	if testing.Short() {
		torrents = 50
	}
	pool, folder := newPool(t, Limits{OpenFiles: 20}), t.TempDir()
	var all []*env
	for i := range torrents {
		m := makeTorrent(16<<10, torrent.File{Path: fmt.Sprint(i), Length: int64(i) + 20_000})
		all = append(all, open(t, pool, m, Options{Folder: folder}))
	}
	for _, e := range all {
		e.download(0, 2)
	}
	for _, e := range all {
		e.readAll()
	}
	if n := pool.handles.count(); n > 20 {
		t.Errorf("%d files are open", n)
	}
}

// Torrents are written, read, checked and closed at the same time, in any order of blocks.
func TestEverythingAtOnce(t *testing.T) {
	pool := newPool(t, Limits{OpenFiles: 3, ReceivedBytes: 1 << 20, ReadBytes: 1 << 20})
	var torrents sync.WaitGroup
	for i := range 6 {
		torrents.Go(func() { useStore(t, pool, rand.New(rand.NewPCG(7, uint64(i)))) })
	}
	torrents.Wait()
}

// useStore downloads a torrent, and reads what it has meanwhile.
func useStore(t *testing.T, pool *Pool, r *rand.Rand) {
	m, folder := oddFiles(), t.TempDir()
	e := &env{t: t, pool: pool, made: m, options: Options{Folder: folder}}
	e.arrived.L = &e.mu
	e.reopen()
	have := map[int]bool{}
	for _, piece := range r.Perm(m.Pieces()) {
		if !e.Verified().Has(piece) {
			e.write(piece, m.piece(piece), r.Perm((len(m.piece(piece))+BlockSize-1)/BlockSize))
			e.Verify(uint32(piece))
			for r := e.result(); r.Kind != PieceVerified; r = e.result() {
				e.pool.Read.Release(r.Data)
			}
		}
		have[piece] = true
		for p := range have {
			if r.IntN(4) == 0 {
				e.Read(client.BlockRef{Index: uint32(p), Length: uint32(m.PieceSize(p)/2 + 1)})
			}
		}
		if r.IntN(5) == 0 {
			if _, err := e.Check(t.Context(), nil); err != nil {
				t.Error(err)
			}
		}
		if r.IntN(5) == 0 {
			if err := e.Save(); err != nil {
				t.Error(err)
			}
		}
	}
	e.close()
	for _, r := range e.results {
		e.pool.Read.Release(r.Data)
	}
	m.compare(t, folder, nil)
}

// A pool that is closed refuses stores.
func TestClosedPool(t *testing.T) {
	pool := NewPool(Limits{})
	pool.Close()
	m := makeTorrent(16<<10, torrent.File{Path: "a", Length: 5})
	if _, err := Open(pool, m.Meta, Options{Folder: t.TempDir()}); !errors.Is(err, ErrClosed) {
		t.Error(err)
	}
}
