package storage

import (
	"bytes"
	"crypto/sha1"
	"hash"
)

// sha1Hash verifies pieces of version 1 torrents (BEP 3).
type sha1Hash struct {
	hash.Hash
	want []byte // of all pieces, 20 bytes each
	at   int
	sum  [sha1.Size]byte
}

// NewSHA1 returns the NewHash function of a version 1 torrent (BEP 3): hashes are the SHA-1 hashes of all
// pieces, 20 bytes each.
func NewSHA1(hashes []byte) func() PieceHash {
	return func() PieceHash { return &sha1Hash{Hash: sha1.New(), want: hashes} }
}

func (h *sha1Hash) Reset(piece int) {
	h.Hash.Reset()
	h.at = piece * sha1.Size
}

func (h *sha1Hash) Good() bool {
	return h.at+sha1.Size <= len(h.want) && bytes.Equal(h.Sum(h.sum[:0]), h.want[h.at:h.at+sha1.Size])
}
