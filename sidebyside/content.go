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
	data []byte
	info []byte // bencoded
	hash metainfo.Hash
}

func newContent(size, piece int64) (*content, error) {
	c := &content{data: make([]byte, size)}
	rand.NewChaCha8([32]byte{1}).Read(c.data)
	private := true
	i := metainfo.Info{Name: "content", Length: size, PieceLength: piece, Private: &private}
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
