package torrent

import (
	"bytes"
	"crypto/sha1"
	"errors"
	"fmt"

	"github.com/anacrolix/torrent/bencode"
)

// Limits, in bytes.
const (
	// MaxFile is the largest torrent file: it has room for the hashes of 1.6 million pieces, and is
	// three times as large as libtorrent's default limit.
	MaxFile = 32 << 20

	MaxLength      = 1 << 44 // of the content: 16 TiB
	MinPieceLength = 1 << 10
	MaxPieceLength = 1 << 30
)

// Meta is what a torrent file says about the layout of the content.
type Meta struct {
	InfoHash    [20]byte
	PieceLength int64   // bytes in every piece but the last
	Length      int64   // bytes in all files, including padding files (BEP 47)
	Files       []int64 // the lengths of the files in order; nil for a torrent with a single file
	Hashes      []byte  // the SHA-1 hash of each piece, 20 bytes each
	Trailing    int     // bytes in the file after the end of the torrent
}

// Pieces returns the number of pieces.
func (m *Meta) Pieces() int { return int((m.Length + m.PieceLength - 1) / m.PieceLength) }

// info is the part of the info dictionary that describes the layout. A hybrid torrent (BEP 52) has a
// version 1 list of files with padding files between them, and a version 2 file tree without. The
// hashes belong to the former.
type info struct {
	PieceLength int64         `bencode:"piece length"`
	Pieces      []byte        `bencode:"pieces"`
	Length      int64         `bencode:"length"`
	Files       []file        `bencode:"files"`
	MetaVersion int64         `bencode:"meta version"`
	FileTree    bencode.Bytes `bencode:"file tree"`
}

type file struct {
	Length int64 `bencode:"length"`
}

// Parse parses the contents of a torrent file. The text of an error completes the sentence "the
// file ...", for example "is not a torrent file: it has no info dictionary".
func Parse(text []byte) (*Meta, error) {
	if len(text) == 0 || text[0] != 'd' {
		return nil, errors.New("is not a torrent file: it does not begin with a bencoded dictionary")
	}
	end, err := valueEnd(text)
	if err != nil {
		return nil, fmt.Errorf("is not a torrent file: it %w", err)
	}
	var outer struct {
		Info bencode.Bytes `bencode:"info"`
	}
	if err := bencode.Unmarshal(text[:end], &outer); err != nil {
		return nil, fmt.Errorf("is not a torrent file: %w", err)
	}
	if len(outer.Info) == 0 {
		return nil, errors.New("is not a torrent file: it has no info dictionary")
	}
	if outer.Info[0] != 'd' {
		return nil, errors.New("is not a torrent file: its info is not a dictionary")
	}
	var in info
	if err := bencode.Unmarshal(outer.Info, &in); err != nil {
		return nil, fmt.Errorf("is not a torrent file: its info dictionary: %w", err)
	}
	m := &Meta{
		InfoHash:    sha1.Sum(outer.Info),
		PieceLength: in.PieceLength,
		Hashes:      bytes.Clone(in.Pieces),
		Trailing:    len(text) - end,
	}
	return m, m.setLengths(&in)
}

// setLengths checks the lengths of the pieces and files, sets Length and Files, and compares the
// number of pieces with the hashes.
func (m *Meta) setLengths(in *info) error {
	if m.PieceLength == 0 {
		return errors.New("has no piece length in its info dictionary")
	}
	if m.PieceLength < MinPieceLength || m.PieceLength > MaxPieceLength {
		return fmt.Errorf("has pieces of %d bytes; the length must be 1 KiB to 1 GiB", m.PieceLength)
	}
	if len(in.Pieces) == 0 && (in.MetaVersion == 2 || len(in.FileTree) > 0) {
		return errors.New("is of version 2 only (BEP 52), which is not supported; " +
			"use a hybrid torrent, or set content.size and content.piece instead")
	}
	if in.Length != 0 && len(in.Files) > 0 {
		return errors.New("has both a length and a list of files")
	}
	all := in.Files
	if len(all) == 0 {
		all = []file{{in.Length}}
	}
	for i, f := range all {
		if f.Length < 0 {
			return fmt.Errorf("has a negative length, %d, for file %d", f.Length, i+1)
		}
		// Checked before the addition, which would overflow.
		if f.Length > MaxLength-m.Length {
			return errors.New("has more than 16 TiB of content, which is the limit")
		}
		m.Length += f.Length
		if len(in.Files) > 0 {
			m.Files = append(m.Files, f.Length)
		}
	}
	if m.Length == 0 {
		return errors.New("has no content: all its files are empty")
	}
	if want := 20 * int64(m.Pieces()); int64(len(m.Hashes)) != want {
		return fmt.Errorf("has %d bytes of hashes; its %d pieces need %d", len(m.Hashes), m.Pieces(), want)
	}
	return nil
}
