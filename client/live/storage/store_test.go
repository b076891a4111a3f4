package storage

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"swarmsim/client"
	"swarmsim/torrent"
)

func TestRoundTrip(t *testing.T) {
	m, folder := oddFiles(), t.TempDir()
	e := open(t, newPool(t, Limits{}), m, Options{Folder: folder})
	e.download(0, m.Pieces())
	e.readAll()
	m.compare(t, folder, nil)
	info, err := os.Stat(filepath.Join(folder, "t", "run.sh"))
	if err != nil || info.Mode()&0o100 == 0 {
		t.Errorf("run.sh is not executable: %v, %v", info.Mode(), err)
	}
	if to, err := os.Readlink(filepath.Join(folder, "t", "sub", "link")); err != nil || to != "../../t/grün.txt" {
		t.Errorf("the symlink: %q, %v", to, err)
	}
	e.close()
	e.reopen()
	if n := count(e.Verified(), m.Pieces()); n != m.Pieces() {
		t.Errorf("%d of %d pieces after a restart", n, m.Pieces())
	}
	e.readAll()
}

func TestBlocksInAnyOrder(t *testing.T) {
	m := makeTorrent(256<<10, torrent.File{Path: "a", Length: 1_000_000})
	for _, limits := range []Limits{{}, {ReceivedBytes: 1}} { // with few buffers most blocks are read back
		folder := t.TempDir()
		e := open(t, newPool(t, limits), m, Options{Folder: folder})
		r := rand.New(rand.NewPCG(1, 2))
		for piece := range m.Pieces() {
			order := r.Perm((len(m.piece(piece)) + BlockSize - 1) / BlockSize)
			repeated := append(order, order[0])
			e.write(piece, m.piece(piece), repeated)
			if r := e.verify(piece); !r.OK {
				t.Errorf("piece %d: %+v", piece, r)
			}
			e.write(piece, make([]byte, len(m.piece(piece))), nil) // of a verified piece: dropped
		}
		e.readAll()
		m.compare(t, folder, nil)
	}
}

func TestCorruptPiece(t *testing.T) {
	m := makeTorrent(64<<10, torrent.File{Path: "a", Length: 100_000})
	e := open(t, newPool(t, Limits{}), m, Options{Folder: t.TempDir()})
	bad := bytes.Clone(m.piece(0))
	bad[20_000]++
	e.write(0, bad, nil)
	if r := e.verify(0); r.Kind != PieceVerified || r.OK {
		t.Errorf("a corrupt piece: %+v", r)
	}
	e.Read(client.BlockRef{Length: BlockSize})
	if r := e.result(); r.Kind != ReadFailed {
		t.Errorf("an unverified piece was read: %+v", r)
	}
	e.download(0, 2)
	e.readAll()
	if v := e.Verify(0); v != client.Good {
		t.Errorf("a verified piece has verdict %d", v)
	}
}

// What does not fit the layout comes from a fault of the caller. It must not reach the disk.
func TestBlocksThatDoNotFit(t *testing.T) {
	m, folder := makeTorrent(64<<10, torrent.File{Path: "a", Length: 100_000}), t.TempDir()
	e := open(t, newPool(t, Limits{}), m, Options{Folder: folder})
	for _, b := range []struct {
		piece, begin uint32
		n            int
	}{{2, 0, BlockSize}, {0, 1, BlockSize}, {0, 64 << 10, BlockSize}, {1, 32 << 10, BlockSize}, {0, 0, 5}, {0, 0, 0}, {1 << 31, 1 << 31, 1}} {
		e.Write(b.piece, b.begin, make([]byte, b.n))
	}
	for _, r := range []client.BlockRef{{Index: 2, Length: 1}, {Length: 0}, {Length: 1 << 18}, {Begin: 1<<32 - 1, Length: 1 << 17}} {
		e.Read(r)
		if r := e.result(); r.Kind != ReadFailed {
			t.Errorf("%+v", r)
		}
	}
	e.close()
	if _, err := os.Stat(filepath.Join(folder, "a")); err == nil {
		t.Error("the file was made")
	}
}

// A read-only store of complete content makes nothing and writes nothing.
func TestReadOnly(t *testing.T) {
	m, folder := oddFiles(), t.TempDir()
	pool := newPool(t, Limits{})
	e := open(t, pool, m, Options{Folder: folder, StatePath: filepath.Join(t.TempDir(), "state")})
	e.download(0, m.Pieces())
	e.close()
	if err := os.Remove(filepath.Join(folder, "t", "empty")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(folder, "t", "tail")); err != nil {
		t.Fatal(err)
	}
	e = open(t, pool, m, Options{Folder: folder, ReadOnly: true})
	last := m.Pieces() - 1
	if v := e.Verified(); v.Has(last) || !v.Has(0) {
		t.Errorf("verified: %b", v)
	}
	e.read(0, 0, BlockSize)
	e.write(last, m.piece(last), nil)
	if r := e.verify(last); r.Kind != StoreFailed {
		t.Errorf("written: %+v", r)
	}
	e.close()
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 || exists(filepath.Join(folder, "t", "empty")) || exists(filepath.Join(folder, "t", "tail")) {
		t.Errorf("%v, %v", entries, err)
	}
}

// With Preallocate a file has its disk space from the first block on. A file that is longer than it should
// be is cut.
func TestLengthOfFiles(t *testing.T) {
	m, folder := makeTorrent(64<<10, torrent.File{Path: "a", Length: 200_000}, torrent.File{Path: "b", Length: 200_000}), t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, "t"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(m.file(folder, 1), make([]byte, 300_000), 0o666); err != nil {
		t.Fatal(err)
	}
	e := open(t, newPool(t, Limits{}), m, Options{Folder: folder, Preallocate: true})
	e.download(0, 1)
	if info, err := os.Stat(m.file(folder, 0)); err != nil || info.Size() != 200_000 && runtime.GOOS == "linux" {
		t.Errorf("after the first piece: %v, %v", info.Size(), err)
	}
	e.download(1, m.Pieces())
	m.compare(t, folder, nil)
}
