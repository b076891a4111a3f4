package main

import (
	"context"
	"io"
	"sync/atomic"

	"github.com/anacrolix/torrent/metainfo"
	"github.com/anacrolix/torrent/storage"
)

// store keeps a client's content in memory: files would cost time on the wall
// clock, which has no place in the bubble.
type store struct {
	data     []byte
	seeded   bool          // all is there from the start
	complete []atomic.Bool // by piece
}

// empty is a leecher's store. It is written to before the start: memory that is
// touched for the first time costs more than all that the client does with it.
func (c *content) empty() *store {
	s := &store{data: make([]byte, len(c.data))}
	for i := range s.data {
		s.data[i] = 0xff
	}
	return s
}

// whole is a seed's store. Nobody writes to it, so the bytes are the content's.
func (c *content) whole() *store { return &store{data: c.data, seeded: true} }

// OpenTorrent serves the one torrent that there is.
func (s *store) OpenTorrent(_ context.Context, i *metainfo.Info, _ metainfo.Hash) (storage.TorrentImpl, error) {
	s.complete = make([]atomic.Bool, i.NumPieces())
	for p := range s.complete {
		s.complete[p].Store(s.seeded)
	}
	return storage.TorrentImpl{
		Piece: func(p metainfo.Piece) storage.PieceImpl {
			return storedPiece{s.data[p.Offset():][:p.Length()], &s.complete[p.Index()]}
		},
		Close: func() error { return nil },
	}, nil
}

// storedPiece is a piece's part of the store.
type storedPiece struct {
	data     []byte
	complete *atomic.Bool
}

func (p storedPiece) ReadAt(b []byte, off int64) (int, error) {
	if off >= int64(len(p.data)) {
		return 0, io.EOF
	}
	n := copy(b, p.data[off:])
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

func (p storedPiece) WriteAt(b []byte, off int64) (int, error) {
	if off+int64(len(b)) > int64(len(p.data)) {
		return 0, io.ErrShortWrite
	}
	return copy(p.data[off:], b), nil
}

func (p storedPiece) MarkComplete() error    { p.complete.Store(true); return nil }
func (p storedPiece) MarkNotComplete() error { p.complete.Store(false); return nil }

// Completion is always known, so that nothing is hashed before the start.
func (p storedPiece) Completion() storage.Completion {
	return storage.Completion{Ok: true, Complete: p.complete.Load()}
}
