// Package merkle computes and verifies the hash trees of version 2 torrents (BEP 52,
// https://www.bittorrent.org/beps/bep_0052.html): binary trees of SHA-256 hashes, whose leaves are the
// hashes of blocks of 16 KiB.
//
// Packages torrent and torrent/files hash pieces with a Builder, which keeps one hash a layer and no
// leaves:
//
//	var b merkle.Builder
//	b.Add(merkle.Leaf(block)) // for each block, in order
//	root := b.Root(b.Height())
//
// A client answers hash requests from a Tree, and verifies the hashes that it receives with Verify:
//
//	tree := merkle.NewTree(hashes, layer)
//	hashes, err := tree.Hashes(base, index, count, proofLayers)
//	ok := merkle.Verify(root, height, base, index, hashes, count)
//
// Layers are counted from the leaves, which are layer 0. The piece layer is that of the roots of the
// pieces' trees: layer 6 for pieces of 1 MiB.
//
// A tree of height h has 1<<h leaves. Where the content has fewer, the missing leaves are hashes of
// zeros only (not hashes of blocks of zeros).
//
// github.com/anacrolix/torrent/merkle computes roots of hashes in memory. It is not used because it
// neither pads to a given height nor makes proofs.
package merkle

import (
	"crypto/sha256"
	"math/bits"
)

// BlockSize is the number of bytes that a leaf is the hash of. The last block of a file may be
// shorter.
const BlockSize = 16 << 10

// Hash is a node of the tree.
type Hash = [sha256.Size]byte

// maxHeight is enough for files of 2^62 bytes.
const maxHeight = 48

// pads has, for each height, the root of a tree whose leaves are all padding.
var pads = func() (out [maxHeight + 1]Hash) {
	for h := 1; h <= maxHeight; h++ {
		out[h] = join(&out[h-1], &out[h-1])
	}
	return out
}()

// Pad returns the root of a tree of the given height, at most 48, whose leaves are all padding.
func Pad(height int) Hash { return pads[height] }

func join(left, right *Hash) Hash {
	var pair [2 * sha256.Size]byte
	copy(pair[:sha256.Size], left[:])
	copy(pair[sha256.Size:], right[:])
	return sha256.Sum256(pair[:])
}

// Leaf returns the hash of a block of at most BlockSize bytes.
func Leaf(block []byte) Hash { return sha256.Sum256(block) }

// Height returns the height of the smallest tree with n leaves, n at least 1.
func Height(n int64) int { return bits.Len64(uint64(n - 1)) }

// Blocks returns the number of blocks of a file of the given length in bytes.
func Blocks(length int64) int64 { return (length + BlockSize - 1) / BlockSize }

// Builder computes the root of a tree from its leaves, which are added from left to right. The zero
// value is ready to use.
type Builder struct {
	n    int64 // leaves added
	left [maxHeight + 1]Hash
}

// Reset makes the tree empty.
func (b *Builder) Reset() { b.n = 0 }

// Len returns the number of leaves added.
func (b *Builder) Len() int64 { return b.n }

// Height returns the height of the smallest tree that has room for the leaves. There must be at
// least one.
func (b *Builder) Height() int { return Height(b.n) }

// Add adds a leaf.
func (b *Builder) Add(leaf Hash) {
	// Bit h of n says that left[h] is the root of a full tree of height h which waits for its right
	// neighbour.
	h := 0
	for n := b.n; n&1 == 1; n >>= 1 {
		leaf = join(&b.left[h], &leaf)
		h++
	}
	b.left[h] = leaf
	b.n++
}

// Root returns the root of the tree of the given height, which must have room for the leaves. Leaves
// can still be added afterwards.
func (b *Builder) Root(height int) Hash { return b.PaddedRoot(height, 0) }

// PaddedRoot is Root for leaves that are themselves roots of trees of height below, such as the
// hashes of a piece layer: missing leaves are Pad(below).
func (b *Builder) PaddedRoot(height, below int) Hash {
	if b.n == 1<<height {
		return b.left[height]
	}
	node := pads[below] // the root of the rightmost subtree of height h
	for h := range height {
		if b.n>>h&1 == 1 {
			node = join(&b.left[h], &node)
		} else {
			node = join(&node, &pads[below+h])
		}
	}
	return node
}
