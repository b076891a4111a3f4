package files_test

import (
	"bytes"
	"errors"
	"path"
	"slices"
	"testing"
	"testing/fstest"

	"swarmsim/torrent"
	"swarmsim/torrent/files"
	"swarmsim/torrent/merkle"
)

// A piece that its reader delivers in parts of any size is verified; one wrong byte is found.
func TestHasherInParts(t *testing.T) {
	for _, o := range allVersions {
		o.PieceLength = 64 << 10
		all := tree()
		m := create(t, all, "t", o)
		h := m.NewHasher()
		for piece := range m.Pieces() {
			data := pieceData(t, m, all, piece)
			h.Reset(piece)
			for rest := data; len(rest) > 0; {
				n := min(len(rest), 10_007)
				if _, err := h.Write(rest[:n]); err != nil {
					t.Fatal(err)
				}
				rest = rest[n:]
			}
			if err := h.Check(); err != nil {
				t.Errorf("%v piece %d: %v", o.Version, piece, err)
			}
			if _, err := h.Write([]byte{0}); err == nil {
				t.Error("a byte too many is accepted")
			}
			if err := m.VerifyPiece(piece, data); err != nil {
				t.Errorf("%v piece %d: %v", o.Version, piece, err)
			}
			data[len(data)/3] ^= 1
			if err := m.VerifyPiece(piece, data); !errors.Is(err, torrent.ErrPiece) {
				t.Errorf("%v piece %d, damaged: %v", o.Version, piece, err)
			}
			if err := m.VerifyPiece(piece, data[1:]); !errors.Is(err, torrent.ErrTooShort) {
				t.Errorf("%v piece %d, cut: %v", o.Version, piece, err)
			}
		}
	}
}

// A block is a part of its piece's segments.
func TestSegmentsOfBlocks(t *testing.T) {
	for _, o := range allVersions {
		o.PieceLength = 64 << 10
		all := tree()
		m := create(t, all, "t", o)
		for piece := range m.Pieces() {
			data := pieceData(t, m, all, piece)
			for begin := 0; begin < len(data); begin += 5003 {
				n := min(5003, len(data)-begin)
				var got []byte
				for _, s := range m.Segments(nil, piece, int64(begin), int64(n)) {
					if f := &m.Files[s.File]; f.Padding() {
						got = append(got, make([]byte, s.Length)...)
					} else {
						got = append(got, all[path.Join("t", f.Path)].Data[s.Offset:s.Offset+s.Length]...)
					}
				}
				if !bytes.Equal(got, data[begin:begin+n]) {
					t.Fatalf("%v piece %d from %d: other bytes", o.Version, piece, begin)
				}
			}
		}
	}
}

func TestHasherAllocatesNothing(t *testing.T) {
	for _, o := range allVersions {
		o.PieceLength = 64 << 10
		all := tree()
		m := create(t, all, "t", o)
		h, data := m.NewHasher(), pieceData(t, m, all, 0)
		n := testing.AllocsPerRun(10, func() {
			h.Reset(0)
			for rest := data; len(rest) > 0; rest = rest[min(len(rest), 10_000):] {
				if _, err := h.Write(rest[:min(len(rest), 10_000)]); err != nil {
					t.Fatal(err)
				}
			}
			if err := h.Check(); err != nil {
				t.Error(err)
			}
		})
		if n > 0 {
			t.Errorf("%v: %v allocations", o.Version, n)
		}
	}
}

// Blocks of a piece of version 2 can be hashed in any order.
func TestVerifyLeaves(t *testing.T) {
	all := tree()
	m := create(t, all, "t", files.Options{Version: torrent.V2, PieceLength: 64 << 10})
	for piece := range m.Pieces() {
		var leaves [][32]byte
		for block := range slices.Chunk(pieceData(t, m, all, piece), merkle.BlockSize) {
			leaves = append(leaves, merkle.Leaf(block))
		}
		if err := m.VerifyLeaves(piece, leaves); err != nil {
			t.Errorf("piece %d: %v", piece, err)
		}
		if err := m.VerifyLeaves(piece, leaves[1:]); !errors.Is(err, torrent.ErrTooShort) {
			t.Errorf("piece %d, cut: %v", piece, err)
		}
		leaves[len(leaves)-1][0] ^= 1
		if err := m.VerifyLeaves(piece, leaves); !errors.Is(err, torrent.ErrPiece) {
			t.Errorf("piece %d, damaged: %v", piece, err)
		}
	}
}

// pieceData returns the bytes of a piece, whose files are in a folder t.
func pieceData(t *testing.T, m *torrent.Meta, all fstest.MapFS, piece int) []byte {
	t.Helper()
	var out []byte
	for _, s := range m.Segments(nil, piece, 0, m.PieceSize(piece)) {
		f := &m.Files[s.File]
		if f.Padding() {
			out = append(out, make([]byte, s.Length)...)
			continue
		}
		out = append(out, all[path.Join("t", f.Path)].Data[s.Offset:s.Offset+s.Length]...)
	}
	return out
}
