package merkle_test

import (
	"crypto/sha256"
	"testing"

	library "github.com/anacrolix/torrent/merkle"
	"pgregory.net/rapid"

	"swarmsim/torrent/merkle"
)

func leaves(n int) []merkle.Hash {
	out := make([]merkle.Hash, n)
	for i := range out {
		out[i] = sha256.Sum256([]byte{byte(i), byte(i >> 8)})
	}
	return out
}

func TestRootIsThatOfAnotherLibrary(t *testing.T) {
	for n := 1; n < 70; n++ {
		var b merkle.Builder
		for _, l := range leaves(n) {
			b.Add(l)
		}
		want := library.RootWithPadHash(leaves(n), merkle.Hash{})
		if b.Root(b.Height()) != want || merkle.NewTree(leaves(n), 0).Root() != want {
			t.Errorf("%d leaves: roots differ", n)
		}
		// Roots of pieces of 8 blocks, and the root of them, are the root of the blocks.
		if n%8 != 0 {
			continue
		}
		var pieces merkle.Builder
		for i := 0; i < n; i += 8 {
			var piece merkle.Builder
			for _, l := range leaves(n)[i : i+8] {
				piece.Add(l)
			}
			pieces.Add(piece.Root(3))
		}
		if pieces.PaddedRoot(pieces.Height(), 3) != want {
			t.Errorf("%d leaves in pieces of 8: roots differ", n)
		}
	}
}

func TestPaddingIsTheRootOfZeros(t *testing.T) {
	for h := range 6 {
		if got, want := merkle.Pad(h), library.Root(make([]merkle.Hash, 1<<h)); got != want && h > 0 {
			t.Errorf("height %d: %x, want %x", h, got, want)
		}
	}
}

// What a tree answers is verified by its root, and nothing else is.
func TestHashesAreVerified(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 3000).Draw(t, "leaves")
		layer := rapid.IntRange(0, 8).Draw(t, "layer")
		tree := merkle.NewTree(leaves(n), layer)
		base := layer + rapid.IntRange(0, tree.Height()-layer-1).Draw(t, "above")
		own := rapid.IntRange(1, min(9, tree.Height()-base)).Draw(t, "own")
		count := 1 << own
		index := count * rapid.IntRange(0, 1<<(tree.Height()-base-own)-1).Draw(t, "index")
		hashes, err := tree.Hashes(base, index, count, tree.Height()-base-1)
		if err != nil {
			t.Fatal(err)
		}
		if !merkle.Verify(tree.Root(), tree.Height(), base, index, hashes, count) {
			t.Fatal("not verified")
		}
		hashes[rapid.IntRange(0, len(hashes)-1).Draw(t, "wrong")][7] ^= 1
		if merkle.Verify(tree.Root(), tree.Height(), base, index, hashes, count) {
			t.Fatal("a wrong hash is verified")
		}
	})
}

// libtorrent asks for 512 hashes of a piece layer with the proof layers that are left.
func TestHashesWithoutProof(t *testing.T) {
	tree := merkle.NewTree(leaves(1024), 4)
	hashes, err := tree.Hashes(4, 512, 512, 0)
	if err != nil || len(hashes) != 512 || hashes[0] != leaves(1024)[512] {
		t.Errorf("%d hashes, %v", len(hashes), err)
	}
	hashes, err = tree.Hashes(4, 512, 512, 9)
	if err != nil || len(hashes) != 513 {
		t.Errorf("%d hashes, %v", len(hashes), err)
	}
}

func TestWrongRequestsAreRefused(t *testing.T) {
	tree := merkle.NewTree(leaves(100), 4) // 128 hashes in layer 4, the root in layer 11
	for _, c := range [][4]int{
		{3, 0, 2, 0}, {11, 0, 2, 0}, {-1, 0, 2, 0}, {4, 0, 1, 0}, {4, 0, 3, 0}, {4, 0, 1024, 0}, {4, 1, 2, 0},
		{4, -2, 2, 0}, {4, 128, 2, 0}, {4, 1 << 30, 2, 0}, {4, 0, 2, 7}, {4, 0, 2, -1}, {4, 0, 256, 0},
	} {
		if hashes, err := tree.Hashes(c[0], c[1], c[2], c[3]); err == nil {
			t.Errorf("%v: %d hashes", c, len(hashes))
		}
	}
	if merkle.Verify(tree.Root(), 11, 4, 128, make([]merkle.Hash, 2+6), 2) || merkle.Verify(tree.Root(), 11, 12, 0, nil, 0) ||
		merkle.Verify(tree.Root(), 1000, 4, 0, make([]merkle.Hash, 1000), 2) {
		t.Error("a wrong answer is verified")
	}
}
