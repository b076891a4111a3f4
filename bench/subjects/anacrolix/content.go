package main

import (
	"bytes"
	"io"
	"math/rand/v2"

	"github.com/anacrolix/torrent/bencode"
	"github.com/anacrolix/torrent/metainfo"
)

// content is random bytes and their torrent.
type content struct {
	data        []byte
	pieceLength int
	info        []byte // bencoded
	hash        metainfo.Hash
}

func newContent(size, piece int64, private bool) (*content, error) {
	c := &content{data: make([]byte, size), pieceLength: int(piece)}
	rand.NewChaCha8([32]byte{1}).Read(c.data)
	i := metainfo.Info{Name: "content", Length: size, PieceLength: piece}
	if private {
		i.Private = &private
	}
	err := i.GeneratePieces(func(metainfo.FileInfo) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(c.data)), nil
	})
	if err != nil {
		return nil, err
	}
	if c.info, err = bencode.Marshal(i); err != nil {
		return nil, err
	}
	c.hash = metainfo.HashBytes(c.info)
	return c, nil
}

func (c *content) pieces() int { return (len(c.data) + c.pieceLength - 1) / c.pieceLength }

// piece returns the bytes of a piece.
func (c *content) piece(i int) []byte {
	return c.data[i*c.pieceLength : min((i+1)*c.pieceLength, len(c.data))]
}
