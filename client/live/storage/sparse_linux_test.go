package storage

import (
	"bytes"
	"crypto/sha1"
	"os"
	"syscall"
	"testing"

	"swarmsim/torrent"
)

// diskBytes returns the disk space that a file takes.
func diskBytes(t *testing.T, name string) int64 {
	var st syscall.Stat_t
	if err := syscall.Stat(name, &st); err != nil {
		t.Fatal(err)
	}
	return st.Blocks * 512
}

// Zeros become holes, also where a corrupt piece was written before.
func TestZerosBecomeHoles(t *testing.T) {
	m := makeTorrent(256<<10, torrent.File{Path: "a", Length: 4 << 20})
	clear(m.data[100_000:4_000_000])
	m.Hashes = nil
	for piece := range m.Pieces() {
		sum := sha1.Sum(m.piece(piece))
		m.Hashes = append(m.Hashes, sum[:]...)
	}
	folder := t.TempDir()
	e := open(t, newPool(t, Limits{}), m, Options{Folder: folder})
	e.write(3, bytes.Repeat([]byte{1}, 256<<10), nil)
	if r := e.verify(3); r.OK {
		t.Error("a corrupt piece is verified")
	}
	for piece := m.Pieces() - 1; piece >= 0; piece-- {
		e.download(piece, piece+1)
	}
	e.readAll()
	m.compare(t, folder, nil)
	if n := diskBytes(t, m.file(folder, 0)); n > 1<<20 {
		t.Errorf("the file takes %d bytes of disk space; 300 KB are not zeros", n)
	}
}

// Files beyond 4 GiB: offsets of more than 32 bits.
func TestLargeFiles(t *testing.T) {
	const length = 9<<30 + 5
	zero, some := make([]byte, 4<<20), bytes.Repeat([]byte("0123456789abcdef"), 1<<18)
	m := &torrent.Meta{Version: torrent.V1, Name: "large", Single: true, PieceLength: 4 << 20, Length: length,
		Files: []torrent.File{{Path: "large", Length: length}}}
	last := m.Pieces() - 1
	content := func(piece int) []byte {
		if piece == 0 || piece == 1024 || piece == 1500 || piece == last {
			return some[:m.PieceSize(piece)]
		}
		return zero[:m.PieceSize(piece)]
	}
	zeroSum := sha1.Sum(zero)
	for piece := range m.Pieces() {
		sum := zeroSum
		if c := content(piece); c[0] != 0 {
			sum = sha1.Sum(c)
		}
		m.Hashes = append(m.Hashes, sum[:]...)
	}
	folder := t.TempDir()
	e := open(t, newPool(t, Limits{}), &made{Meta: m}, Options{Folder: folder})
	for _, piece := range []int{last, 0, 1023, 1024, 1500} {
		e.write(piece, content(piece), nil)
		if r := e.verify(piece); !r.OK {
			t.Errorf("piece %d: %+v", piece, r)
		}
	}
	e.close()
	e.reopen()
	if n := count(e.Verified(), m.Pieces()); n != 5 {
		t.Errorf("%d pieces verified, want 5", n)
	}
	f, err := os.Open(folder + "/large")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := make([]byte, 16)
	for _, at := range []int64{0, 4 << 30, 1500 * 4 << 20} {
		if _, err := f.ReadAt(b, at); err != nil || string(b) != "0123456789abcdef" {
			t.Errorf("at %d: %q, %v", at, b, err)
		}
	}
	if info, _ := f.Stat(); info.Size() != length {
		t.Errorf("%d bytes", info.Size())
	}
	if n := diskBytes(t, folder+"/large"); n > 20<<20 {
		t.Errorf("the file takes %d bytes of disk space", n)
	}
}
