package main

import (
	"bytes"
	"context"
	"io"
	"slices"
	"sync"

	"github.com/anacrolix/torrent/metainfo"
	"github.com/anacrolix/torrent/storage"
)

// blockLength is that of the client.
const blockLength = 16 << 10

// store is a client's storage. It takes no time and little memory: a block that is written is compared
// with the content, which all stores share, and only a piece with others is kept apart.
type store struct {
	content *content
	// completed is called for each piece that the client has verified.
	completed func(piece int)

	mu     sync.Mutex
	pieces []storedPieceState
}

// storedPieceState is what a store has of a piece.
type storedPieceState struct {
	complete bool
	written  []bool // blocks that are the content's; nil for all of a complete piece
	own      []byte // the piece, if something else was written
}

func newStore(c *content, seed bool, completed func(piece int)) *store {
	s := &store{content: c, completed: completed, pieces: make([]storedPieceState, c.pieces())}
	for i := range s.pieces {
		s.pieces[i].complete = seed
		if !seed {
			s.pieces[i].written = make([]bool, (len(c.piece(i))+blockLength-1)/blockLength)
		}
	}
	return s
}

// OpenTorrent opens the only torrent.
func (s *store) OpenTorrent(context.Context, *metainfo.Info, metainfo.Hash) (storage.TorrentImpl, error) {
	return storage.TorrentImpl{
		Piece: func(p metainfo.Piece) storage.PieceImpl { return storedPiece{s, p.Index()} },
		Close: func() error { return nil },
	}, nil
}

// storedPiece is one piece in a store.
type storedPiece struct {
	store *store
	index int
}

// lock locks the store, and returns the piece and its content.
func (p storedPiece) lock() (state *storedPieceState, want []byte, unlock func()) {
	p.store.mu.Lock()
	return &p.store.pieces[p.index], p.store.content.piece(p.index), p.store.mu.Unlock
}

// ReadAt reads what has been written, and zeros where nothing has.
func (p storedPiece) ReadAt(b []byte, off int64) (n int, err error) {
	x, want, unlock := p.lock()
	defer unlock()
	if off >= int64(len(want)) {
		return 0, io.EOF
	}
	switch {
	case x.own != nil:
		n = copy(b, x.own[off:])
	case x.written == nil || !slices.Contains(x.written, false):
		n = copy(b, want[off:])
	default:
		n = copy(b, x.asWritten(want)[off:])
	}
	if n < len(b) {
		err = io.EOF
	}
	return n, err
}

// asWritten returns the piece as it is while blocks are missing.
func (x *storedPieceState) asWritten(want []byte) []byte {
	own := make([]byte, len(want))
	for i, has := range x.written {
		if has {
			copy(own[i*blockLength:], want[i*blockLength:min((i+1)*blockLength, len(want))])
		}
	}
	return own
}

// WriteAt writes a block.
func (p storedPiece) WriteAt(b []byte, off int64) (int, error) {
	x, want, unlock := p.lock()
	defer unlock()
	if off < 0 || off+int64(len(b)) > int64(len(want)) {
		return 0, io.ErrShortWrite
	}
	if x.written == nil { // the piece is complete
		x.written = slices.Repeat([]bool{true}, (len(want)+blockLength-1)/blockLength)
	}
	whole := off%blockLength == 0 && (len(b) == blockLength || off+int64(len(b)) == int64(len(want)) && len(b) < blockLength)
	if x.own == nil && whole && bytes.Equal(b, want[off:off+int64(len(b))]) {
		x.written[off/blockLength] = true
		return len(b), nil
	}
	if x.own == nil {
		x.own = x.asWritten(want)
	}
	return copy(x.own[off:], b), nil
}

// MarkComplete is called when the client has verified the piece.
func (p storedPiece) MarkComplete() error {
	x, _, unlock := p.lock()
	was := x.complete
	x.complete = true
	unlock()
	if !was {
		p.store.completed(p.index)
	}
	return nil
}

// MarkNotComplete is called when the piece has failed its hash.
func (p storedPiece) MarkNotComplete() error {
	x, _, unlock := p.lock()
	defer unlock()
	x.complete = false
	return nil
}

// Completion reports whether the piece is complete. It is always known, so the client hashes no piece
// at the start.
func (p storedPiece) Completion() storage.Completion {
	x, _, unlock := p.lock()
	defer unlock()
	return storage.Completion{Ok: true, Complete: x.complete}
}

// intact reports whether the store has all of the content.
func (s *store) intact() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.pieces {
		x := &s.pieces[i]
		switch {
		case !x.complete:
			return false
		case x.own != nil:
			if !bytes.Equal(x.own, s.content.piece(i)) {
				return false
			}
		case slices.Contains(x.written, false):
			return false
		}
	}
	return true
}
