package storage

import (
	"bytes"
	"context"
	"crypto/sha1"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/pieces"
	"swarmsim/torrent"
)

// made is a torrent with its bytes.
type made struct {
	*torrent.Meta
	data []byte
}

// makeTorrent makes a torrent of version 1 of files with random bytes; padding files are zeros. The path
// of a single file is its name.
func makeTorrent(pieceLength int64, files ...torrent.File) *made {
	m := &made{Meta: &torrent.Meta{Version: torrent.V1, Name: "t", PieceLength: pieceLength, Files: files, Single: len(files) == 1}}
	for i := range files {
		files[i].Offset = m.Length
		m.Length += files[i].Length
	}
	m.data = make([]byte, m.Length)
	r := rand.NewChaCha8([32]byte{1})
	for _, f := range files {
		if !f.Padding() {
			_, _ = r.Read(m.data[f.Offset : f.Offset+f.Length])
		}
	}
	for piece := range m.Pieces() {
		sum := sha1.Sum(m.piece(piece))
		m.Hashes = append(m.Hashes, sum[:]...)
	}
	m.InfoHash = sha1.Sum(m.Hashes)
	return m
}

func (m *made) piece(piece int) []byte {
	from := int64(piece) * m.PieceLength
	return m.data[from : from+m.PieceSize(piece)]
}

// file returns the path of a file below a folder.
func (m *made) file(folder string, i int) string {
	if m.Single {
		return filepath.Join(folder, m.Files[i].Path)
	}
	return filepath.Join(folder, m.Name, filepath.FromSlash(m.Files[i].Path))
}

// oddFiles are files of all kinds, over pieces of 64 KiB.
func oddFiles() *made {
	file := func(length int64, path string) torrent.File { return torrent.File{Path: path, Length: length} }
	run := file(70_000, "run.sh")
	run.Attr = torrent.Executable
	link := torrent.File{Path: "sub/link", Symlink: "grün.txt", Attr: torrent.Symlink}
	return makeTorrent(64<<10,
		file(0, "empty"),
		file(1, "one"),
		file(200_000, "grün.txt"),
		torrent.File{Path: ".pad/1", Length: 7*(64<<10) - 200_001, Attr: torrent.Padding},
		run,
		file(3, "sub/deep/er/three"),
		link,
		file(100_000, "日本/ファイル"),
		file(5000, "tail"),
		file(0, "sub/empty too"),
	)
}

// env is a store of a test with its results.
type env struct {
	*Store
	t       testing.TB
	pool    *Pool
	made    *made
	options Options

	mu      sync.Mutex
	arrived sync.Cond
	results []Result
}

func newPool(t testing.TB, l Limits) *Pool {
	before := runtime.NumGoroutine()
	p := NewPool(l)
	t.Cleanup(func() {
		if n := p.Received.InUse(); n > 0 {
			t.Errorf("%d buffers for received blocks were not released", n)
		}
		if n := p.Read.InUse(); n > 0 {
			t.Errorf("%d buffers of reads were not released", n)
		}
		p.Close()
		if n := p.handles.count(); n > 0 {
			t.Errorf("%d files are open", n)
		}
		for i := 0; runtime.NumGoroutine() > before; i++ {
			if i == 1000 {
				t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
				break
			}
			time.Sleep(time.Millisecond)
		}
	})
	return p
}

// open opens a store and resumes it. It is closed at the end of the test.
func open(t testing.TB, pool *Pool, m *made, o Options) *env {
	t.Helper()
	e := &env{t: t, pool: pool, made: m, options: o}
	e.arrived.L = &e.mu
	e.reopen()
	t.Cleanup(func() {
		if e.Store != nil {
			e.close()
		}
	})
	return e
}

func (e *env) reopen() {
	e.t.Helper()
	o := e.options
	o.Done = func(r Result) {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.results = append(e.results, r)
		e.arrived.Broadcast()
	}
	s, err := Open(e.pool, e.made.Meta, o)
	if err != nil {
		e.t.Fatal(err)
	}
	e.Store = s
	if _, err := s.Resume(context.Background(), nil); err != nil {
		e.t.Fatal(err)
	}
}

func (e *env) close() {
	e.t.Helper()
	if err := e.Store.Close(); err != nil {
		e.t.Error(err)
	}
	e.Store = nil
}

// result waits for the next result.
func (e *env) result() Result {
	e.mu.Lock()
	defer e.mu.Unlock()
	for len(e.results) == 0 {
		e.arrived.Wait()
	}
	r := e.results[0]
	e.results = e.results[1:]
	return r
}

// write writes the blocks of data, part of a piece, in the order given; nil for in order.
func (e *env) write(piece int, data []byte, order []int) {
	e.t.Helper()
	if order == nil {
		for i := range (len(data) + BlockSize - 1) / BlockSize {
			order = append(order, i)
		}
	}
	for _, i := range order {
		b, err := e.pool.Received.Acquire(e.t.Context())
		if err != nil {
			e.t.Fatal(err)
		}
		n := copy(b, data[i*BlockSize:])
		e.Write(uint32(piece), uint32(i*BlockSize), b[:n])
	}
}

// verify verifies a piece and waits for the result.
func (e *env) verify(piece int) Result {
	e.t.Helper()
	if v := e.Verify(uint32(piece)); v != client.Pending {
		e.t.Fatalf("piece %d: verdict %d at once", piece, v)
	}
	return e.result()
}

// download writes and verifies pieces.
func (e *env) download(from, to int) {
	e.t.Helper()
	for piece := from; piece < to; piece++ {
		if e.Verified().Has(piece) { // it is all padding
			continue
		}
		e.write(piece, e.made.piece(piece), nil)
		if r := e.verify(piece); r.Kind != PieceVerified || !r.OK || int(r.Piece) != piece {
			e.t.Fatalf("piece %d: %+v", piece, r)
		}
	}
}

// read reads a block and compares it.
func (e *env) read(piece, begin, length int) {
	e.t.Helper()
	ref := client.BlockRef{Conn: 1, Index: uint32(piece), Begin: uint32(begin), Length: uint32(length)}
	e.Read(ref)
	r := e.result()
	if r.Kind != BlockRead || r.Ref != ref || !bytes.Equal(r.Data, e.made.piece(piece)[begin:begin+length]) {
		e.t.Errorf("%+v: %v, %d bytes, %v", ref, r.Kind, len(r.Data), r.Err)
	}
	e.pool.Read.Release(r.Data)
}

func (e *env) readAll() {
	e.t.Helper()
	for piece := range e.made.Pieces() {
		size := int(e.made.PieceSize(piece))
		for begin := 0; begin < size; begin += BlockSize {
			e.read(piece, begin, min(BlockSize, size-begin))
		}
	}
}

// compare compares the files on disk with the torrent's.
func (m *made) compare(t testing.TB, folder string, unwanted []bool) {
	t.Helper()
	for i, f := range m.Files {
		name := m.file(folder, i)
		data, err := os.ReadFile(name)
		switch {
		case f.Padding() || unwanted != nil && unwanted[i]:
			if err == nil {
				t.Errorf("%s exists", name)
			}
		case err != nil:
			t.Error(err)
		case f.Symlink == "" && !bytes.Equal(data, m.data[f.Offset:f.Offset+f.Length]):
			t.Errorf("%s differs", name)
		}
	}
}

func count(b pieces.Bitset, n int) int {
	c := 0
	for i := range n {
		if b.Has(i) {
			c++
		}
	}
	return c
}
