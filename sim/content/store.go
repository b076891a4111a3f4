package content

import (
	"bytes"
	"crypto/sha1"

	"swarmsim/client"
)

// NewStore returns a peer's store, which for a seed holds all pieces. With payload: virtual it
// holds no bytes.
func (c *Content) NewStore(seed bool) client.Store {
	switch {
	case c.data == nil:
		return &VirtualStore{}
	case seed:
		return &realStore{content: c, data: c.data}
	}
	return &realStore{content: c, data: make([]byte, len(c.data))}
}

// Verify reports whether the bytes in a store are those of the source; checked is false where
// the payload is virtual, so that there is nothing to compare.
func (c *Content) Verify(store client.Store) (equal, checked bool) {
	s, real := store.(*realStore)
	if !real {
		return false, false
	}
	return bytes.Equal(s.data, c.data), true
}

// realStore keeps bytes and verifies pieces by their SHA-1 hashes. A seed's data is the
// content's own, which a seed never writes to.
type realStore struct {
	content *Content
	data    []byte
}

func (s *realStore) offset(piece, begin uint32) int64 {
	return int64(piece)*s.content.Torrent.PieceLength + int64(begin)
}

func (s *realStore) Read(r client.BlockRef) (data []byte, ready bool) {
	from := s.offset(r.Index, r.Begin)
	to := from + int64(r.Length)
	return s.data[from:to:to], true
}

func (s *realStore) Write(piece, begin uint32, data []byte) {
	copy(s.data[s.offset(piece, begin):], data)
}

func (s *realStore) Verify(piece uint32) client.Verdict {
	from := s.offset(piece, 0)
	sum := sha1.Sum(s.data[from : from+s.content.Torrent.PieceSize(int(piece))])
	return client.VerdictOf(bytes.Equal(sum[:], s.content.hashes[20*piece:20*piece+20]))
}
