package main

import (
	"context"
	"io"
	"sync/atomic"

	"github.com/anacrolix/torrent/metainfo"
	"github.com/anacrolix/torrent/storage"
)

// store keeps a client's content in memory: file operations take real time, which virtual time does
// not contain.
type store struct {
	data     []byte
	seeded   bool          // every piece is complete at the start
	complete []atomic.Bool // by piece
}

// empty returns a leecher's store. Its memory is written once here, because the first access to a page
// costs more than all that the client does with it.
func (c *content) empty() *store {
	s := &store{data: make([]byte, len(c.data))}
	for i := range s.data {
		s.data[i] = 0xff
	}
	return s
}

// whole returns a seed's store. It is never written, so all share the content's memory.
func (c *content) whole() *store { return &store{data: c.data, seeded: true} }

// OpenTorrent opens the only torrent.
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

// storedPiece is one piece in a store.
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

// Completion reports whether the piece is complete. It is always known, so the client hashes no piece
// at the start.
func (p storedPiece) Completion() storage.Completion {
	return storage.Completion{Ok: true, Complete: p.complete.Load()}
}
