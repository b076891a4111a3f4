package storage

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"swarmsim/client"
	"swarmsim/torrent"
	"swarmsim/torrent/merkle"
)

// version2 makes a torrent of version 2 only, or a hybrid, from one of version 1 whose files begin at
// pieces. known says whether the piece layers are known.
func version2(t *testing.T, m *made, version torrent.Version, known bool) *made {
	m.Version = version
	if version == torrent.V2 {
		m.Hashes = nil
	}
	for i := range m.Files {
		f := &m.Files[i]
		if f.Padding() || f.Length == 0 {
			continue
		}
		data := m.data[f.Offset : f.Offset+f.Length]
		pieceHeight := merkle.Height(m.PieceLength / merkle.BlockSize)
		var layer []byte
		var roots merkle.Builder
		for at := int64(0); at < f.Length; at += m.PieceLength {
			var b merkle.Builder
			for _, block := range chunks(data[at:min(f.Length, at+m.PieceLength)], merkle.BlockSize) {
				b.Add(merkle.Leaf(block))
			}
			height := pieceHeight
			if f.Length <= m.PieceLength {
				height = b.Height()
			}
			root := b.Root(height)
			layer = append(layer, root[:]...)
			roots.Add(root)
		}
		if f.Root = [32]byte(layer[:32]); len(layer) > 32 {
			f.Root = roots.PaddedRoot(roots.Height(), pieceHeight)
			if known {
				if err := m.SetLayer(i, layer); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	return m
}

func chunks(data []byte, size int) (out [][]byte) {
	for len(data) > 0 {
		n := min(size, len(data))
		out, data = append(out, data[:n]), data[n:]
	}
	return out
}

// alignedFiles are two files that begin at a piece, and one that is empty.
func alignedFiles() *made {
	return makeTorrent(64<<10, torrent.File{Path: "a", Length: 150_000},
		torrent.File{Path: ".pad", Length: 3<<16 - 150_000, Attr: torrent.Padding},
		torrent.File{Path: "empty"}, torrent.File{Path: "b", Length: 20_000})
}

// gapped removes the padding files: a torrent of version 2 only has none, and its files begin at pieces
// all the same.
func gapped() *made {
	m := alignedFiles()
	m.Files = append(m.Files[:1], m.Files[2:]...)
	return m
}

func TestVersions(t *testing.T) {
	for _, m := range []*made{version2(t, gapped(), torrent.V2, true), version2(t, alignedFiles(), torrent.Hybrid, true)} {
		folder := t.TempDir()
		e := open(t, newPool(t, Limits{}), m, Options{Folder: folder})
		for piece := range m.Pieces() {
			bad := bytes.Clone(m.data[int64(piece)*m.PieceLength:][:m.PieceSize(piece)])
			bad[len(bad)/2] ^= 1
			e.write(piece, bad, nil)
			if r := e.verify(piece); r.Kind != PieceVerified || r.OK {
				t.Errorf("%v: a corrupt piece: %+v", m.Version, r)
			}
		}
		e.download(0, m.Pieces())
		e.readAll()
		m.compare(t, folder, nil)
		e.crash()
		e.reopen()
		if n := count(e.Verified(), m.Pieces()); n != m.Pieces() {
			t.Errorf("%v: %d pieces after a restart", m.Version, n)
		}
	}
}

// A piece whose hash is not known is no reason to blame its sender; nor is a torrent that contradicts
// itself.
func TestTorrentsWithoutAVerdict(t *testing.T) {
	unknown := version2(t, gapped(), torrent.V2, false)
	contradicts := version2(t, alignedFiles(), torrent.Hybrid, true)
	contradicts.Hashes[0]++
	for _, c := range []struct {
		m    *made
		want error
	}{{unknown, torrent.ErrNoHash}, {contradicts, torrent.ErrHalves}} {
		e := open(t, newPool(t, Limits{}), c.m, Options{Folder: t.TempDir()})
		e.write(0, c.m.piece(0), nil)
		if r := e.verify(0); r.Kind != StoreFailed || !errors.Is(r.Err, c.want) {
			t.Errorf("%+v, want %v", r, c.want)
		}
	}
	e := open(t, newPool(t, Limits{}), unknown, Options{Folder: t.TempDir()})
	e.write(0, unknown.piece(0), nil)
	e.verify(0)
	if _, err := e.Check(context.Background(), nil); !errors.Is(err, torrent.ErrNoHash) {
		t.Errorf("a check without hashes: %v", err)
	}
}

// libtorrent requests the last piece of a file of a version 2 torrent as if it were a full one.
func TestReadBeyondTheEndOfAFile(t *testing.T) {
	m := version2(t, makeTorrent(2*BlockSize, torrent.File{Path: "a", Length: 2*BlockSize + 5}), torrent.V2, true)
	e := open(t, newPool(t, Limits{}), m, Options{Folder: t.TempDir()})
	e.download(0, m.Pieces())
	want := make([]byte, 2*BlockSize)
	copy(want, m.piece(1))
	for block := range 2 {
		e.Read(client.BlockRef{Index: 1, Begin: uint32(block * BlockSize), Length: BlockSize})
	}
	for range 2 {
		r := e.result()
		if r.Kind != BlockRead || !bytes.Equal(r.Data, want[r.Ref.Begin:r.Ref.Begin+BlockSize]) {
			t.Errorf("%+v: %v %v", r.Ref, r.Kind, r.Err)
		}
		e.pool.Read.Release(r.Data)
	}
	e.Read(client.BlockRef{Index: 1, Begin: BlockSize, Length: BlockSize + 1})
	if r := e.result(); r.Kind != ReadFailed {
		t.Errorf("a block beyond a full piece: %+v", r)
	}
}
