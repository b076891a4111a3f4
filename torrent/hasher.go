package torrent

import (
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"

	"swarmsim/torrent/merkle"
)

// Reasons why a piece is not accepted.
var (
	ErrPiece    = errors.New("the piece does not match its hash")
	ErrHalves   = errors.New("the piece matches one half of the hybrid torrent and not the other")
	ErrNoHash   = errors.New("the hash of the piece is not known yet")
	ErrTooShort = errors.New("the piece is not complete")
)

// Hasher verifies pieces, of which it is given the bytes in order. A piece of version 1 is compared
// with its SHA-1 hash, one of version 2 with the root of its hash tree, and one of a hybrid with both:
// a hybrid whose halves disagree would give its users different content.
//
// A Hasher is used by one goroutine at a time, and reads the Meta only. It allocates nothing after
// the first piece.
type Hasher struct {
	m      *Meta
	piece  int
	left   int64 // bytes of the piece to come
	v2Left int64 // of these, bytes of the file
	sha1   hash.Hash
	leaf   hash.Hash // of the current block
	inLeaf int       // bytes in leaf
	badPad bool      // padding of a hybrid has a byte that is not zero
	tree   merkle.Builder
	height int
	sum    [32]byte // the result of a hash; a local one would be allocated
}

// NewHasher returns a hasher of the torrent's pieces. Call Reset before the first piece.
func (m *Meta) NewHasher() *Hasher {
	h := &Hasher{m: m}
	if m.Version.HasV1() {
		h.sha1 = sha1.New()
	}
	if m.Version.HasV2() {
		h.leaf = sha256.New()
	}
	return h
}

// Reset begins a piece.
func (h *Hasher) Reset(piece int) {
	h.piece = piece
	h.left = h.m.PieceSize(piece)
	if h.sha1 != nil {
		h.sha1.Reset()
	}
	if h.leaf != nil {
		h.leaf.Reset()
		h.inLeaf = 0
		h.badPad = false
		h.tree.Reset()
		h.v2Left, h.height = h.m.treeOf(piece)
	}
}

// treeOf returns the number of bytes of a piece that its hash tree covers, which padding is not part
// of, and the height of the tree. The tree of a file that is shorter than a piece is as low as it can
// be.
func (m *Meta) treeOf(piece int) (length int64, height int) {
	begin := int64(piece) * m.PieceLength
	f := &m.Files[m.fileAt(begin)]
	length = min(m.PieceLength, f.Offset+f.Length-begin)
	if f.Length <= m.PieceLength {
		return length, merkle.Height(merkle.Blocks(f.Length))
	}
	return length, m.PieceLayer()
}

// Left returns the number of bytes of the piece that have not been written.
func (h *Hasher) Left() int64 { return h.left }

// Write hashes the next bytes of the piece. More bytes than the piece has are an error.
func (h *Hasher) Write(p []byte) (int, error) {
	if int64(len(p)) > h.left {
		return 0, fmt.Errorf("%d bytes for piece %d, which needs %d more", len(p), h.piece, h.left)
	}
	h.left -= int64(len(p))
	if h.sha1 != nil {
		h.sha1.Write(p)
	}
	if h.leaf != nil {
		n := min(int64(len(p)), h.v2Left)
		h.writeLeaves(p[:n])
		for _, c := range p[n:] { // padding, which the tree does not cover
			h.badPad = h.badPad || c != 0
		}
	}
	return len(p), nil
}

func (h *Hasher) writeLeaves(p []byte) {
	h.v2Left -= int64(len(p))
	for len(p) > 0 {
		n := min(len(p), merkle.BlockSize-h.inLeaf)
		if n == merkle.BlockSize {
			h.tree.Add(merkle.Leaf(p[:n]))
		} else {
			h.leaf.Write(p[:n])
			if h.inLeaf += n; h.inLeaf == merkle.BlockSize {
				h.endLeaf()
			}
		}
		p = p[n:]
	}
	if h.v2Left == 0 && h.inLeaf > 0 {
		h.endLeaf()
	}
}

func (h *Hasher) endLeaf() {
	h.tree.Add([32]byte(h.leaf.Sum(h.sum[:0])))
	h.leaf.Reset()
	h.inLeaf = 0
}

// Check returns nil if the piece is complete and correct. Otherwise it returns ErrTooShort, ErrPiece,
// ErrHalves or ErrNoHash. A hybrid's piece whose version 2 hash is not known is compared with its
// SHA-1 hash only.
func (h *Hasher) Check() error {
	if h.left > 0 {
		return ErrTooShort
	}
	good, bad := 0, 0
	count := func(ok bool) {
		if ok {
			good++
		} else {
			bad++
		}
	}
	if h.sha1 != nil {
		count(h.SHA1() == [20]byte(h.m.Hashes[20*h.piece:20*h.piece+20]))
	}
	if h.leaf != nil {
		if root, known := h.m.PieceRoot(h.piece); known {
			count(h.Root() == root)
		}
	}
	switch {
	case good > 0 && bad > 0 && !h.badPad: // wrong padding is the sender's fault, not the torrent's
		return ErrHalves
	case bad > 0:
		return ErrPiece
	case good == 0:
		return ErrNoHash
	}
	return nil
}

// SHA1 returns the SHA-1 hash of a complete piece of version 1 or a hybrid.
func (h *Hasher) SHA1() [20]byte {
	return [20]byte(h.sha1.Sum(h.sum[:0]))
}

// Root returns the root of the hash tree of a complete piece of version 2 or a hybrid. It is not
// defined for a piece of padding only.
func (h *Hasher) Root() [32]byte { return h.tree.Root(h.height) }

// VerifyPiece returns nil if data is the piece. See Check for the errors.
func (m *Meta) VerifyPiece(piece int, data []byte) error {
	h := m.NewHasher()
	h.Reset(piece)
	if _, err := h.Write(data); err != nil {
		return ErrPiece
	}
	return h.Check()
}

// VerifyLeaves returns nil if the hashes of a piece's blocks (merkle.Leaf), in order, give its root.
// Blocks can so be hashed in the order in which they arrive. It is for version 2 only, and does not
// look at the SHA-1 hashes of a hybrid.
func (m *Meta) VerifyLeaves(piece int, leaves [][32]byte) error {
	root, known := m.PieceRoot(piece)
	if !known {
		return ErrNoHash
	}
	length, height := m.treeOf(piece)
	if int64(len(leaves)) != merkle.Blocks(length) {
		return ErrTooShort
	}
	var b merkle.Builder
	for _, leaf := range leaves {
		b.Add(leaf)
	}
	if b.Root(height) != root {
		return ErrPiece
	}
	return nil
}
