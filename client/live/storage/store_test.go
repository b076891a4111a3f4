package storage

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
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
